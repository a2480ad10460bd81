/**
 * Builds static pages of all results: `deno task site [DIR] [--serve]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { registry } from "../experiments/registry.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { namesWithin } from "./runner/output_folder.ts";
import { systemSignal } from "./runner/system_signal.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const command: CommandSpec = {
  name: "site",
  summary:
    "Builds static pages of results, their course over commits, notebooks and benchmarks; they need no network to be read.",
  positionals: "[DIR]",
  maximum: 1,
  options: {
    serve: { kind: "flag", help: "serve the pages on this machine, until Ctrl-C" },
    port: { kind: "integer", help: "with --serve: the port (default 8080)" },
    results: { kind: "text", placeholder: "DIR", help: "the folder of results (default results)" },
  },
};

/** Throws where a folder has other content than a site. */
async function checkFolder(out: string): Promise<void> {
  const names = await namesWithin(out, "the site");
  if (names.length > 0 && !(names.includes("index.html") && names.includes("assets"))) {
    throw new UsageError(`Cannot write the site to ${out}: found ${names[0]} there; name another folder`);
  }
}

/** Builds the site as the arguments say, and serves it. Resolves to the exit code. */
export function site(
  args: readonly string[],
  {
    cwd = Deno.cwd(),
    terminal = systemTerminal() as Terminal,
    signal = undefined as AbortSignal | undefined,
  } = {},
): Promise<number> {
  return runCommand(command, args, async ({ values, positionals: [folder = ".pyrosaur/site"] }) => {
    if (values.port !== undefined && !values.serve) throw new UsageError("The option --port needs --serve");
    const out = resolve(cwd, folder), results = String(values.results ?? "results").replace(/\/+$/, "");
    await checkFolder(out);
    const { buildSite } = await import("./site/build.ts");
    const pages = await buildSite(out, {
      cwd,
      results,
      registry,
      warn: (line) => terminal.warn(`Figure ${line}`),
    });
    terminal.print(`${pages.length} pages: ${out}/index.html`);
    if (!values.serve) return 0;
    const { answerFrom } = await import("./site/serve_folder.ts");
    const port = (values.port ?? 8080) as number;
    const server = Deno.serve({
      port,
      hostname: "127.0.0.1",
      signal: signal ?? systemSignal(),
      onListen: ({ port }) => terminal.print(`http://127.0.0.1:${port}/`),
    }, (request) => answerFrom(out, request));
    await server.finished;
    return 0;
  });
}

if (import.meta.main) Deno.exit(await site(Deno.args));
