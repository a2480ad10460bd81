import { runProgram } from "../../lib/system/mod.ts";

/**
 * Runs a script of a benchmark in a process of its own and gives what its last line says, as JSON.
 * Throws where it fails.
 */
export async function child<T>(script: string, args: readonly (string | number)[]): Promise<T> {
  const command = ["run", "--allow-all", script, ...args.map(String)];
  const { ok, out, err } = await runProgram(Deno.execPath(), command, {
    env: { ORT_DISABLE_TELEMETRY: "1" },
  });
  if (!ok) throw new Error(`${script} ${args.join(" ")} failed: ${err}`);
  return JSON.parse(out.trim().split("\n").at(-1)!);
}
