/**
 * Uses one process at random and at the same time, and holds every result against a serial replay:
 * `deno task soak [--minutes N] [--seed S] [--json]`.
 *
 * @module
 */
import { table } from "arquero";
import { formatTable } from "../lib/plot/mod.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { complaints, soak } from "./soak/soak.ts";

const command: CommandSpec = {
  name: "soak",
  summary:
    "Fits, predicts, exports and fails in one process at the same time, and holds all against a serial replay.",
  positionals: "",
  maximum: 0,
  options: {
    minutes: { kind: "integer", help: "go on for so many minutes (default 20), and then replay" },
    seed: { kind: "integer", help: "which jobs meet (default: another one each time)" },
    json: { kind: "flag", help: "write a JSON object a line" },
  },
};

/** Soaks as the arguments say. Resolves to the exit code: 1 where something differs or grows. */
export function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  return runCommand(command, args, async ({ values }) => {
    const { minutes = 20, seed = crypto.getRandomValues(new Uint32Array(1))[0] } = values as {
      minutes?: number;
      seed?: number;
    };
    if (minutes === 0) throw new UsageError('Invalid value "0" of --minutes: expected an integer from 1');
    if (!values.json) print(`Seed ${seed}`);
    const outcome = await soak({ minutes, seed, engines: ["js", "onnx", "tfjs", "auto"] });
    const { done, distinct, differences, first, last } = outcome;
    const rows = [
      { name: "soak/jobs", value: done, unit: "jobs", n: 1 },
      { name: "soak/distinct", value: distinct, unit: "jobs", n: 1 },
      { name: "soak/differences", value: differences.length, unit: "jobs", n: done },
      { name: "soak/minutes", value: last.minute, unit: "min", n: 1 },
      { name: "soak/tensors_more", value: last.tensors - first.tensors, unit: "tensors", n: 1 },
      { name: "soak/resident_first_mb", value: first.megabytes, unit: "MB", n: 1 },
      { name: "soak/resident_last_mb", value: last.megabytes, unit: "MB", n: 1 },
    ];
    if (values.json) { for (const row of rows) print(JSON.stringify(row)); }
    else {
      const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key]);
      print(formatTable(table({ name: column("name"), value: column("value"), unit: column("unit") })));
    }
    const found = complaints(outcome);
    if (found.length === 0) return 0;
    throw new Error(`\nSeed ${seed}:\n\n${found.slice(0, 20).join("\n")}`);
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
