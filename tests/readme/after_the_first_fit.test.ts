import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../lib/system/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { blocks } from "./sections.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The lines that comments promise of each console.log: behind it, or below. */
function promised(code: string): string[] {
  const lines = code.split("\n"), found: string[] = [];
  lines.forEach((line, i) => {
    if (!line.startsWith("console.log(")) return;
    const behind = line.match(/; \/\/ (.*)$/)?.[1];
    if (behind !== undefined) found.push(behind);
    for (let k = i + 1; lines[k]?.startsWith("//"); k++) found.push(lines[k].slice(2));
  });
  return found.map((line) => line.trim());
}

/**
 * Asserts that two lines have the same words and whole numbers, and others within one percent; `...`
 * stands for anything.
 */
function assertLine(found: string, expected: string): void {
  const says = `the program prints "${found}", and the README says "${expected}"`;
  const words = found.trim().split(/\s+/), wanted = expected.split(/\s+/);
  for (const [i, word] of wanted.entries()) {
    if (word === "...") return;
    const number = Number(word.replace(/,$/, ""));
    if (Number.isNaN(number) || !word.includes(".")) assert.equal(words[i], word, says);
    else assert.ok(Math.abs(parseFloat(words[i]) - number) <= 0.01 * Math.abs(number) + 1e-3, says);
  }
  assert.equal(words.length, wanted.length, says);
}

const deno = (folder: string, ...args: string[]) =>
  runProgram(Deno.execPath(), args, { cwd: folder, env: { NO_COLOR: "1" } });

/** Runs a program in a folder, and asserts that it prints what its comments promise. */
async function assertPromises(code: string, folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/study.ts`, code);
  const study = ["run", "--no-check", "--allow-all", "--config", CONFIG, `${folder}/study.ts`];
  const { ok, out, err } = await deno(folder, ...study);
  assert.ok(ok, err);
  const lines = out.trimEnd().split("\n"), expected = promised(code);
  assert.ok(expected.length > 0);
  assert.equal(lines.length, expected.length, out);
  expected.forEach((line, i) => assertLine(lines[i], line));
}

const fits = [...await blocks("A model", "ts"), ...await blocks("After the first fit", "ts")].join("\n");
const [manyRuns] = await blocks("Many runs at once", "ts");

Deno.test("the README's blocks after the first fit run in their order and print what they say", async () => {
  assert.ok(promised(fits).length >= 9);
  await inTemporaryFolder(async (folder) => {
    await assertPromises(fits, folder);
    assert.ok((await Deno.stat(`${folder}/line.onnx`)).size > 0);
  });
});

Deno.test("the README's many runs at once print what they say", async () => {
  await inTemporaryFolder((folder) => assertPromises(manyRuns, folder));
});
