import { enginesDir } from "./engine_folder.ts";

const CACHE = "--tf_xla_persistent_cache_directory=";

/** So many compiled programs are kept: from 10 KB for one of an operation to 1 MB for a training step. */
const MOST = 1000;

/** The folder in the user's cache for programs that a version of TensorFlow has compiled, or undefined where there is no cache. */
export function programsDir(version: string): string | undefined {
  const engines = enginesDir();
  return engines && `${engines}/xla-${version}`;
}

/** TensorFlow's flags for XLA: those of the user, and the folder for compiled programs where they name none. TensorFlow reads them once. */
export function cacheFlags(given: string, folder: string | undefined): string {
  return folder === undefined ? given : withFlag(given, CACHE, folder);
}

/** A flag behind those of the user, unless they set it themselves. */
export function withFlag(given: string, flag: string, value: string): string {
  return given.includes(flag) ? given : `${given} ${flag}${value}`.trim();
}

/** Removes all but the youngest programs. What another process removes or holds meanwhile is passed over: it is only a cache. */
export function prune(folder: string, most: number = MOST): void {
  try {
    const names = [...Deno.readDirSync(folder)].filter((entry) => entry.isFile).map((entry) => entry.name);
    if (names.length <= most) return;
    const files = names.map((name) => {
      const path = `${folder}/${name}`;
      return { path, time: Deno.statSync(path).mtime?.getTime() ?? 0 };
    });
    files.sort((a, b) => b.time - a.time).slice(most).forEach(({ path }) => Deno.removeSync(path));
  } catch {
    // There is no folder yet, or it may not be written.
  }
}
