import { fileURLToPath } from "node:url";
import { readProgram } from "../../lib/system/mod.ts";

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  /** Its host and port. */
  readonly address: string;
  /** Returns its resident set, in MB. */
  memory(): Promise<number>;
}

/** Starts a program that prints its address as http://HOST:PORT once it serves. */
export async function startServer(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const child = new Deno.Command(command, { args: [...args], env, stdout: "piped", stderr: "null" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "", found: RegExpExecArray | null = null;
  while (!(found = /http:\/\/([\w.]+:\d+)\S*\n/.exec(text))) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${command} ${args.join(" ")} ended before it served`);
    text += value;
  }
  return {
    address: found[1],
    async memory() {
      return Number(
        new TextDecoder().decode(await readProgram("ps", ["-o", "rss=", "-p", String(child.pid)])),
      ) / 1024;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.status;
    },
  };
}

/** Starts this project's server. */
export const startOwn = (repository: string): Promise<ServerProcess> =>
  startServer(Deno.execPath(), [
    "run",
    "--allow-all",
    "--unstable-no-legacy-abort",
    fileURLToPath(new URL("../../tasks/serve.ts", import.meta.url)),
    "--repository",
    repository,
    "--port",
    "0",
  ]);
