/**
 * Runs the tests, a process for a few files of them and one process more at a time than there are
 * processors, as some wait: `deno task test [PATH ...] [--jobs N] [--filter TEXT]`.
 *
 * Processes share neither environment variables nor memory, so that no test finds what another one
 * has set. `deno test PATH` runs a file without this command.
 *
 * @module
 */
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";
import { addCounts, formatCounts, NONE } from "./tests/counts.ts";
import { included, portionsOf } from "./tests/portions.ts";
import { runPortion } from "./tests/run_portion.ts";

const command: CommandSpec = {
  name: "test",
  summary: "Runs the tests, those in files and folders or all of them, several at a time.",
  positionals: "[PATH ...]",
  maximum: Infinity,
  options: {
    jobs: { kind: "integer", help: "processes at a time (default: the processors and one, at most 5)" },
    filter: { kind: "text", help: "only tests whose names have this text, or match this /expression/" },
  },
};

/** Options of `tests`; the defaults are the project's own. */
export interface TestsOptions {
  /** The folder that paths are in; its `deno.json` says which are tested where none is named. */
  readonly cwd?: string;
  /** The terminal for texts. */
  readonly terminal?: Terminal;
}

/** Runs tests as the arguments say. Resolves to the exit code: 1 where a test fails. */
export function tests(args: readonly string[], options: TestsOptions = {}): Promise<number> {
  const { cwd = Deno.cwd(), terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values, positionals }) => {
    const { jobs = Math.min(5, navigator.hardwareConcurrency + 1), filter } = values as {
      jobs?: number;
      filter?: string;
    };
    if (jobs === 0) throw new UsageError('Invalid value "0" of --jobs: expected an integer from 1');
    const portions = await portionsOf(cwd, positionals.length > 0 ? positionals : await included(cwd));
    const chosen = filter === undefined ? [] : ["--filter", filter];
    const began = performance.now(), failures: string[] = [];
    let counts = NONE;
    const queue = portions.values();
    await Promise.all(Array.from({ length: jobs }, async () => {
      for (const portion of queue) {
        const tested = await runPortion(portion, chosen, cwd);
        terminal.print(tested.output.trimEnd());
        counts = addCounts(counts, tested.counts);
        failures.push(...tested.failures);
      }
    }));
    if (failures.length > 0) terminal.print(`\n FAILURES \n\n${failures.join("\n")}`);
    terminal.print(`\n${formatCounts(counts, (performance.now() - began) / 1000)}`);
    return counts.failed > 0 ? 1 : 0;
  });
}

if (import.meta.main) Deno.exit(await tests(Deno.args));
