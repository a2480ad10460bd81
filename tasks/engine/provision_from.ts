import { type EngineFile, thisSystem } from "../../lib/tensorflow/mod.ts";
import { finish, type ProvisionOptions } from "./finish.ts";
import { findInstalled } from "./from_python.ts";
import { checkRoom, inMegabytes, megabytes, placeFor } from "./place.ts";
import { Staging } from "./staging.ts";
import { writeEngineFile } from "./write.ts";

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) yield buffer.subarray(0, n);
}

/**
 * Takes the TensorFlow of a Python environment into the cache, its hashes as they are. Throws with
 * what was missing.
 */
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
