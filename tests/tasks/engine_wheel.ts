import { sha256 } from "../../lib/system/mod.ts";
import type { Installer } from "../../tasks/engine/installer.ts";
import type { Recipe } from "../../tasks/engine/packages.ts";

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A zip archive of some files; texts of more than 100 bytes are deflated, the others stored. */
export async function zipOf(files: Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [],
    directory: Uint8Array<ArrayBuffer>[] = [],
    encoder = new TextEncoder();
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = encoder.encode(path), plain = encoder.encode(text), method = plain.length > 100 ? 8 : 0;
    const data = method === 8 ? await deflate(plain) : plain;
    const header = (signature: number, size: number) => {
      const view = new DataView(new ArrayBuffer(size)), shift = size === 46 ? 2 : 0;
      view.setUint32(0, signature, true);
      view.setUint16(8 + shift, method, true);
      view.setUint32(18 + shift, data.length, true);
      view.setUint32(22 + shift, plain.length, true);
      view.setUint16(26 + shift, name.length, true);
      return view;
    };
    const central = header(0x02014b50, 46);
    central.setUint32(42, at, true);
    directory.push(new Uint8Array(central.buffer), name);
    parts.push(new Uint8Array(header(0x04034b50, 30).buffer), name, data);
    at += 30 + name.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0), end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, Object.keys(files).length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  return new Uint8Array(await new Blob([...parts, ...directory, new Uint8Array(end.buffer)]).arrayBuffer());
}

/** What the wheel of the tests holds. */
export const contents: Readonly<Record<string, string>> = {
  "tensorflow/libtensorflow_framework.so.2": "framework ".repeat(200),
  "tensorflow/libtensorflow_cc.so.2": "code ".repeat(500),
  "tensorflow/python/much_else.py": "pass\n",
};

/** A recipe of a wheel of the tests, and where the wheel lies. */
export async function tinyRecipe(folder: string): Promise<{ recipe: Recipe; wheel: string }> {
  const wheel = `${folder}/tiny-1.0-py3-none-any.whl`, bytes = await zipOf(contents);
  await Deno.writeFile(wheel, bytes);
  const recipe: Recipe = {
    device: "cpu",
    system: "linux x86_64",
    python: "3.11",
    platforms: ["any"],
    wheels: [{
      name: "tiny",
      version: "1.0",
      bytes: bytes.length,
      sha256: await sha256(bytes),
      keep: /libtensorflow_(cc|framework)\.so\.2$/,
    }],
    kept: 4500,
    main: "libtensorflow_cc.so.2",
    place: (path) => path.slice(path.lastIndexOf("/") + 1),
  };
  return { recipe, wheel };
}

/** A program in the place of pip: `copy FILE` brings that file, `fail` complains, `hang` never ends. */
export const pip = (...behaviour: string[]): Installer => ({
  name: "pip",
  command: [
    Deno.execPath(),
    "run",
    "--no-config",
    "-A",
    new URL("./engine_pip.ts", import.meta.url).pathname,
    ...behaviour,
  ],
});
