/**
 * Grows random programs and holds every engine against an oracle and the others:
 * `deno task fuzz [--minutes N] [--seed S] [--json]`.
 *
 * @module
 */
import { table } from "arquero";
import { formatTable } from "../lib/plot/mod.ts";
import { caseOf } from "./fuzz/case.ts";
import { runnersHere } from "./fuzz/engines.ts";
import { type Found, search } from "./fuzz/search.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";

const command: CommandSpec = {
  name: "fuzz",
  summary: "Runs random programs and their derivatives in every engine, and shows the first difference.",
  positionals: "",
  maximum: 0,
  options: {
    minutes: { kind: "integer", help: "stop after so many minutes (default 10)" },
    seed: { kind: "integer", help: "the programs' seed (default: another one each time)" },
    json: { kind: "flag", help: "write a JSON object a line" },
  },
};

/** Returns a search's figures, each as a line of results. */
function figures({ programs, tally, fault }: Found, seconds: number) {
  const share = 100 * tally.undecided / Math.max(1, tally.compared + tally.undecided);
  return [
    { name: "fuzz/programs", value: programs, unit: "programs", n: 1 },
    { name: "fuzz/elements", value: tally.compared, unit: "numbers", n: programs },
    { name: "fuzz/undecided", value: share, unit: "%", n: programs },
    { name: "fuzz/time_s", value: seconds, unit: "s", n: 1 },
    { name: "fuzz/differences", value: fault ? 1 : 0, unit: "programs", n: programs },
  ];
}

/** Searches as the arguments say. Resolves to the exit code: 1 where there is a difference. */
export function fuzz(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  return runCommand(command, args, async ({ values }) => {
    const { minutes = 10, seed = crypto.getRandomValues(new Uint32Array(1))[0] } = values as {
      minutes?: number;
      seed?: number;
    };
    if (minutes === 0) {
      throw new UsageError('Invalid value "0" of --minutes: expected an integer from 1');
    }
    const runners = runnersHere(), start = performance.now();
    if (!values.json) print(`Seed ${seed}; ${runners.map(({ name }) => name).join(", ")}`);
    const found = await search({ seed, milliseconds: minutes * 60_000, runners });
    const rows = figures(found, (performance.now() - start) / 1000);
    if (values.json) { for (const row of rows) print(JSON.stringify(row)); }
    else {
      const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key]);
      print(formatTable(table({ name: column("name"), value: column("value"), unit: column("unit") })));
    }
    if (!found.fault) return 0;
    throw new Error(
      `\nSeed ${seed} shows a difference:\n\n${caseOf(found.fault.program, found.fault.error)}`,
    );
  });
}

if (import.meta.main) Deno.exit(await fuzz(Deno.args));
