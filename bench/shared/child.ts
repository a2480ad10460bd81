/** Runs a script of a benchmark in a process of its own and gives what its last line says, as JSON. Throws where it fails. */
export async function child<T>(script: string, args: readonly (string | number)[]): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script, ...args.map(String)],
    env: { ORT_DISABLE_TELEMETRY: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`${script} ${args.join(" ")} failed: ${decode(stderr)}`);
  return JSON.parse(decode(stdout).split("\n").at(-1)!);
}
