import { fileURLToPath } from "node:url";
import { runProgram } from "../lib/system/mod.ts";
import { inTemporaryFolder } from "./temporary.ts";

const config = fileURLToPath(new URL("../deno.json", import.meta.url));
const pin = ["-c", "0", Deno.execPath()];
const canPin = await runProgram("taskset", [...pin, "--version"]).then(({ ok }) => ok, () => false);

/** Returns the name of a test that needs `onOneProcessor()`, and whether it is left out here. */
export const pinnedTest = (name: string): { name: string; ignore: boolean } => ({
  name: `${name}${canPin ? "" : " (skipped: taskset -c 0 does not run here)"}`,
  ignore: !canPin,
});

/** Runs a program that may use one processor alone; returns what it wrote, or its complaint. */
export function onOneProcessor(program: string, ...permissions: readonly string[]): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const path = `${folder}/program.ts`, options = ["--config", config, "--no-check", "--no-prompt"];
    await Deno.writeTextFile(path, program);
    const { out, err } = await runProgram("taskset", [...pin, "run", ...options, ...permissions, path]);
    return out.trim() || err;
  });
}
