import assert from "node:assert/strict";
import { modulesOf } from "./imports.ts";

/** Names that Node 20, for which the library is packaged too, does not have. */
const TOO_NEW = new RegExp(
  [
    String.raw`\b(Map|Object)\.groupBy\b`,
    String.raw`\bPromise\.(withResolvers|try)\b`,
    String.raw`\bArray\.fromAsync\b`,
    String.raw`\b(Float16Array|Iterator\.(from|prototype)|Math\.sumPrecise|RegExp\.escape|Error\.isError)\b`,
    String.raw`\.(toHex|toBase64|setFromHex|setFromBase64)\(`,
    String
      .raw`\.(values|keys|entries)\(\)\.(map|filter|toArray|some|every|find|reduce|flatMap|take|drop|forEach)\(`,
    String
      .raw`\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(`,
  ].join("|"),
);

/** The places of names of Deno's own: what calls native libraries or locks files, which only Deno can, and what asks first. */
const DENO =
  /^lib\/(tensorflow|compile\/engine\/(cuda|xla))\/|^lib\/system\/(exchange|lock|run_program)\.ts$|^lib\/data\/npm\.ts$/;

/** The lines of code of a file that match, without comments. */
async function lines(path: string, pattern: RegExp): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  return text.split("\n").flatMap((line, i) => {
    const code = line.replace(/^\s*(\*|\/\/|\/\*\*).*/, "").replace(/\s\/\/ .*/, "");
    return pattern.test(code) ? [`${path}:${i + 1} ${code.trim()}`] : [];
  });
}

Deno.test("the library uses nothing that Node 20 lacks, and Deno's own names only where it must", async () => {
  const found: string[] = [];
  for (const path of modulesOf("lib")) {
    found.push(...await lines(path, TOO_NEW));
    if (!DENO.test(path)) found.push(...await lines(path, /(?<!["'`:])\bDeno\.\w/));
  }
  assert.deepEqual(found, []);
});
