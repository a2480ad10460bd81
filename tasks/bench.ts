/**
 * Runs a benchmark: `deno task bench NAME [--peers] [--json]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { table } from "arquero";
import type { Benchmark, Measurement } from "../bench/shared/measurement.ts";
import { closest } from "../lib/system/mod.ts";
import { formatTable } from "../lib/plot/mod.ts";
import { describeEnvironment } from "./runner/environment.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";

/** Returns the names of the benchmarks there are. */
export async function benchmarkNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(new URL("../bench/", import.meta.url))) {
    if (isFile && name.endsWith(".ts")) names.push(name.slice(0, -3));
  }
  return names.sort();
}

/** Returns the benchmark of a name. Throws, listing those there are, where there is none. */
async function loadBenchmark(name: string): Promise<Benchmark> {
  const names = await benchmarkNames();
  if (!names.includes(name)) {
    throw new UsageError(`Unknown benchmark "${name}"${closest(name, names)}: there are ${names.join(", ")}`);
  }
  return await import(new URL(`../bench/${name}.ts`, import.meta.url).href);
}

const command: CommandSpec = {
  name: "bench",
  summary: "Measures one part of the project; results go to the terminal.",
  positionals: "NAME",
  maximum: 1,
  options: {
    peers: { kind: "flag", help: "measure the same in other libraries, where they are installed" },
    json: { kind: "flag", help: "write a JSON object a line" },
    before: {
      kind: "text",
      placeholder: "DIR",
      help: "take turns with the build in another folder, in place of all else",
    },
  },
};

/**
 * Runs the benchmark that the arguments name and prints what it measured. Resolves to the exit
 * code.
 */
export function bench(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  return runCommand(command, args, async ({ values, positionals: [name] }) => {
    if (name === undefined) {
      throw new UsageError(`Name a benchmark: there are ${(await benchmarkNames()).join(", ")}`);
    }
    const { run, takesTurns = false } = await loadBenchmark(name),
      before = values.before as string | undefined;
    if (before !== undefined && !takesTurns) {
      throw new UsageError(`--before is for benchmarks that take turns with another build: ${name} does not`);
    }
    const results = await run({ peers: values.peers === true, before: before && resolve(before) });
    if (values.json) {
      // The benchmark's own processes say which engines they took.
      const settings = { engine: "auto", device: "cpu", dtype: "float32" };
      print(JSON.stringify({ environment: describeEnvironment(settings) }));
      for (const { name, value, unit, n } of results) print(JSON.stringify({ name, value, unit, n }));
    } else if (results.length > 0) {
      const column = <K extends keyof Measurement>(key: K) => results.map((result) => result[key]);
      print(
        formatTable(
          table({ name: column("name"), value: column("value"), unit: column("unit"), n: column("n") }),
        ),
      );
    }
    return 0;
  });
}

if (import.meta.main) Deno.exit(await bench(Deno.args));
