import { fileURLToPath } from "node:url";
import { reasonOf } from "../../system/mod.ts";

/** A file that the page consists of. */
export interface Asset {
  /** Its place on this machine. */
  readonly path: string;
  /** Its type, for the browser. */
  readonly type: string;
}

const TYPES = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  wasm: "application/wasm",
} as const;

/** The page's own files, in the folder `page`; the first is the page itself. */
const OWN = [
  "index.html",
  "canvas.js",
  "chorales.js",
  "compose.js",
  "composer.js",
  "dmm.js",
  "form.js",
  "icon.svg",
  "keyboard.js",
  "latent_map.js",
  "latent_plane.js",
  "main.js",
  "messages.js",
  "midi.js",
  "note_table.js",
  "notes.js",
  "own_opening.js",
  "palette.js",
  "playback.js",
  "player.js",
  "provenance.js",
  "random.js",
  "repository.js",
  "roll.js",
  "runtime.js",
  "style.css",
  "vae.js",
];

/** Files of npm packages, by the names that the page has for them. */
const FROM_PACKAGES: Readonly<Record<string, string>> = {
  "vendor/onnxruntime.js": "onnxruntime-web/wasm",
  "vendor/onnxruntime.wasm": "onnxruntime-web/ort-wasm-simd-threaded.wasm",
  "vendor/midi.js": "@tonejs/midi",
};

const typeOf = (name: string): string => TYPES[name.slice(name.lastIndexOf(".") + 1) as keyof typeof TYPES];

/** Returns the place of a package's file. Throws Error where the package is not installed. */
function packageFile(specifier: string): string {
  try {
    return fileURLToPath(import.meta.resolve(specifier));
  } catch (cause) {
    const [, name] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier)!;
    throw new Error(
      `Cannot open the playground: the npm package ${name} is not installed (${
        reasonOf(cause)
      }); install it, or serve without the page`,
      { cause },
    );
  }
}

/**
 * Returns the files of the page by their paths below "playground/"; the page itself has none.
 *
 * @throws Error where an npm package that it needs is not installed.
 */
export function pageAssets(): Map<string, Asset> {
  const own = OWN.map((name) => [name, fileURLToPath(new URL(`./page/${name}`, import.meta.url))]);
  const others = Object.entries(FROM_PACKAGES).map(([name, from]) => [name, packageFile(from)]);
  return new Map([...own, ...others].map(([name, path]) => [name, { path, type: typeOf(name) }]));
}
