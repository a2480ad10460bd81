/**
 * Tests the examples in comments under paths of the present folder, all of them in one program:
 * `deno test tasks/tests/test_examples.ts -- [PATH ...]`. `deno test --doc` takes a program for
 * each, and loading the library into it is nearly all of the work.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { examplesIn, testOf } from "./examples.ts";
import { filesUnder } from "./portions.ts";

const folder = await Deno.makeTempDir({ dir: Deno.cwd(), prefix: ".examples-" });
try {
  const paths = (await Promise.all(Deno.args.map((path) => filesUnder(Deno.cwd(), path)))).flat();
  for (const [i, path] of paths.filter((path) => path.endsWith(".ts")).entries()) {
    for (const [k, example] of examplesIn(path, await Deno.readTextFile(path)).entries()) {
      const place = `${folder}/${i}_${k}.ts`;
      await Deno.writeTextFile(place, testOf(example));
      await import(pathToFileURL(place).href);
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
