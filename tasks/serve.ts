/**
 * Serves the models of a repository: `deno task serve [--repository DIR] [--port N]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openPlayground, openService } from "../lib/serve/server.ts";
import { environmentVariable } from "../lib/system/mod.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

/**
 * Milliseconds in which connections that are kept open are told that the server ends: requests that
 * were under way to it would be lost with them.
 */
const FAREWELL = 500;

const command: CommandSpec = {
  name: "serve",
  summary:
    "Serves exported models by the Open Inference Protocol (V2, REST). SIGTERM ends it when all is answered.",
  positionals: "",
  maximum: 0,
  options: {
    repository: { kind: "text", placeholder: "DIR", help: "the model repository (default model_repository)" },
    port: { kind: "integer", help: "of TCP (default 8000; 0: a free one)" },
    host: {
      kind: "text",
      placeholder: "ADDRESS",
      help: "to listen at (default 127.0.0.1: this machine alone)",
    },
    workers: { kind: "integer", help: "sessions a model, each in a Worker (default as many as cores)" },
    threads: { kind: "integer", help: "in each of them (default 1)" },
    origins: {
      kind: "text",
      placeholder: "LIST",
      help: "of sites whose pages may ask, by commas (default none)",
    },
    "no-page": { kind: "flag", help: "leave out the page at / where the models run in the browser" },
    log: { kind: "flag", help: "write a JSON object a request" },
  },
};

/** Places for tests; the defaults are the project's own. */
interface ServeCommandOptions {
  /** The folder that the repository is relative to. */
  readonly cwd?: string;
  /** The place for texts. */
  readonly terminal?: Terminal;
}

/** Serves until SIGTERM or SIGINT. Resolves to the exit code. */
export function serve(args: readonly string[], options: ServeCommandOptions = {}): Promise<number> {
  const { cwd = Deno.cwd(), terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values }) => {
    const folder = resolve(cwd, String(values.repository ?? "model_repository"));
    const token = environmentVariable("PYROSAUR_TOKEN");
    const playground = values["no-page"] ? undefined : openPlayground(folder, { token });
    const service = await openService(folder, {
      workers: values.workers as number | undefined,
      threads: values.threads as number | undefined,
      origins: values.origins === undefined ? [] : String(values.origins).split(","),
      token,
      beside: playground?.handle,
      ...(values.log && { log: (entry) => terminal.print(JSON.stringify(entry)) }),
    });
    for (const problem of await service.problems()) terminal.warn(`Not ready: ${problem}`);
    for (const fields of service.notUsed()) {
      terminal.warn(`Fields of config.pbtxt that are not used: ${fields}`);
    }
    const ended = new Promise<void>((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, resolve);
    });
    const server = Deno.serve({
      port: (values.port ?? 8000) as number,
      hostname: String(values.host ?? "127.0.0.1"),
      onListen: ({ hostname, port }) => terminal.print(`Serving ${folder} at http://${hostname}:${port}/v2`),
    }, service.handle);
    await ended;
    await service.close();
    await delay(FAREWELL);
    await server.shutdown();
    return 0;
  });
}

if (import.meta.main) Deno.exit(await serve(Deno.args));
