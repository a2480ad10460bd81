import { choicesOf, noteChoice, runProgram } from "../../lib/system/mod.ts";

/**
 * Runs a script of a benchmark in a process of its own and gives what it has answered. Throws where
 * it fails.
 */
export async function child<T>(script: string, args: readonly (string | number)[]): Promise<T> {
  const command = ["run", "--allow-all", script, ...args.map(String)];
  const { ok, out, err } = await runProgram(Deno.execPath(), command, {
    env: { ORT_DISABLE_TELEMETRY: "1" },
  });
  if (!ok) throw new Error(`${script} ${args.join(" ")} failed: ${err}`);
  const { engines = [], ...result } = JSON.parse(out.trim().split("\n").at(-1)!);
  for (const engine of engines) noteChoice("engine", engine);
  return result;
}

/** Ends a script of a benchmark: prints its result, and the engines that `auto` took in it. */
export const answer = (result: object): void =>
  console.log(JSON.stringify({ ...result, engines: choicesOf("engine") }));
