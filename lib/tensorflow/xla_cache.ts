import { enginesDir } from "./engine_folder.ts";

const CACHE = "--tf_xla_persistent_cache_directory=";

/** The number of compiled programs that are kept, of 10 KB to 1 MB (a training step). */
const MOST = 1000;

/** Returns the folder for programs that TensorFlow has compiled, or undefined without a cache. */
export function programsDir(version: string): string | undefined {
  const engines = enginesDir();
  return engines && `${engines}/xla-${version}`;
}

/** Returns TensorFlow's flags for XLA: the user's, and a folder for compiled programs. */
export function cacheFlags(given: string, folder: string | undefined): string {
  return folder === undefined ? given : withFlag(given, CACHE, folder);
}

/** Returns a flag behind those of the user, unless they set it themselves. */
export function withFlag(given: string, flag: string, value: string): string {
  return given.includes(flag) ? given : `${given} ${flag}${value}`.trim();
}

/** Removes all but the youngest programs, as far as no other process holds them. */
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
