/** The project's tests in portions, each for a process of its own. @module */
import { join } from "node:path/posix";
import { groupBy } from "../../lib/system/mod.ts";
import { examplesIn } from "./examples.ts";

/** Paths of files and folders, from the root, that one process tests. */
export type Portion = readonly string[];

/** The largest number of files of tests in a portion. */
const SIZE = 6;

/** Folders whose tests start programs, train or draw for long: they begin before the others. */
const LONG = ["tests/tasks", "tests/readme", "tests/experiments", "tests/serve", "tests/infer", "tests/plot"];

const rank = (path: string): number => {
  const place = LONG.findIndex((folder) => path.startsWith(`${folder}/`));
  return place < 0 ? LONG.length : place;
};

/** Returns the files under a path, however deep, in order. */
export async function filesUnder(root: string, path: string): Promise<string[]> {
  if ((await Deno.stat(join(root, path))).isFile) return [path];
  const names = (await Array.fromAsync(Deno.readDir(join(root, path)))).map(({ name }) => name).sort();
  return (await Promise.all(names.map((name) => filesUnder(root, join(path, name))))).flat();
}

/** Tells whether a comment in a module has an example. */
const hasExample = async (root: string, path: string): Promise<boolean> =>
  path.endsWith(".ts") && examplesIn(path, await Deno.readTextFile(join(root, path))).length > 0;

/**
 * Returns portions of what is under some paths: a few files of tests of the same folder each, and
 * where there are none, as in `lib`, each folder with examples in its comments. Portions that take
 * long come first.
 *
 * @param root the folder that paths are in
 */
export async function portionsOf(root: string, paths: readonly string[]): Promise<Portion[]> {
  const portions: string[][] = [], tests: string[] = [];
  for (const path of paths) {
    const files = await filesUnder(root, path), found = files.filter((file) => file.endsWith(".test.ts"));
    tests.push(...found);
    if (found.length > 0) continue;
    const depth = join(path, "x").split("/").length, examples = new Set<string>();
    for (const file of files) {
      if (file === path || await hasExample(root, file)) {
        examples.add(file.split("/").slice(0, depth).join("/"));
      }
    }
    portions.push(...[...examples].map((name) => [name]));
  }
  const area = (path: string) => path.split("/").slice(0, 2).join("/");
  for (const files of groupBy(tests, area).values()) {
    for (let i = 0; i < files.length; i += SIZE) portions.push(files.slice(i, i + SIZE));
  }
  return portions.sort((a, b) => rank(a[0]) - rank(b[0]));
}

/** The paths that `deno.json` in a folder has tested. */
export async function included(root: string): Promise<string[]> {
  const { test } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  return test.include;
}
