/**
 * Plans a sweep over settings and seeds: `deno task plan <experiment ...> --seeds N --set
 * key=a,b,c`.
 *
 * @module
 */
import { resolve } from "node:path";
import { closest, writeFileAtomic } from "../lib/system/mod.ts";
import { type ProfileName, PROFILES } from "../lib/results/mod.ts";
import { registry, type RegistryEntry } from "../experiments/registry.ts";
import { ENGINES, filesOf, type Sweep } from "./plan/files.ts";
import { cellsOf, countCells } from "./plan/grid.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { namesWithin } from "./runner/output_folder.ts";
import { lacksProfile } from "./runner/run_experiment.ts";
import { checkNames, parseSetting } from "./runner/set_config.ts";

/** The largest number of cells without --yes. */
const MANY = 10_000;

const command: CommandSpec = {
  name: "plan",
  summary:
    "Writes a sweep: a run for each seed and each combination of values, in chunks, then one table of means, standard errors and counts.",
  positionals: "<experiment ...>",
  maximum: Infinity,
  options: {
    seeds: { kind: "integer", help: "the number of seeds of each combination (default 1)" },
    seed: { kind: "integer", help: "the first seed (default 0)" },
    set: {
      kind: "texts",
      placeholder: "KEY=A,B,C",
      help: "values of a setting, as steps=100,200 or rugged:steps=100,200; may be given several times",
    },
    profile: { kind: "text", choices: PROFILES, help: "the settings that are not set (default quick)" },
    out: { kind: "text", placeholder: "DIR", help: "the folder of the sweep (default .pyrosaur/sweep)" },
    engine: { kind: "text", choices: ENGINES, help: "who runs it (default snakemake)" },
    chunk: { kind: "integer", help: "cells of a job (default 10)" },
    memory: {
      kind: "integer",
      help: "megabytes of a job, twice as many at its second attempt (default 2000)",
    },
    minutes: { kind: "integer", help: "minutes of a job (default 60)" },
    data: { kind: "text", placeholder: "DIR|real|simulated", help: "the data (default real: no twins)" },
    yes: { kind: "flag", help: `write also more than ${MANY} cells` },
  },
  notes: [
    "Then, in that folder: snakemake --profile profiles/local (on this machine), --profile profiles/slurm, or any other",
    "executor of Snakemake's; of --engine slurm-array: ./submit.sh. Either goes on where it was interrupted.",
  ],
};

/**
 * Writes the files of a sweep; those that are there as they are to be are left alone. Resolves to
 * how many were written.
 *
 * @throws (rejects) UsageError where the folder has other content than this plan.
 */
async function write(out: string, files: ReadonlyMap<string, string>): Promise<number> {
  const there = await namesWithin(out, "a sweep"),
    plan = await Deno.readTextFile(`${out}/plan.json`).catch(() => undefined);
  if (there.length > 0 && plan !== files.get("plan.json")) {
    const found = plan === undefined ? there.slice(0, 3).join(", ") : "another plan";
    throw new UsageError(
      `Cannot write a sweep to ${out}: found ${found} there; give another folder (--out DIR)`,
    );
  }
  let count = 0;
  for (const [path, text] of files) {
    if (await Deno.readTextFile(`${out}/${path}`).catch(() => undefined) === text) continue;
    await writeFileAtomic(`${out}/${path}`, text);
    if (path.endsWith(".sh")) await Deno.chmod(`${out}/${path}`, 0o755);
    count++;
  }
  return count;
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? "" : "s"}`;

/** Writes a sweep as the arguments say. Resolves to the exit code. */
export function plan(
  args: readonly string[],
  {
    cwd = Deno.cwd(),
    entries = registry as readonly RegistryEntry[],
    print = console.log as (line: string) => void,
  } = {},
): Promise<number> {
  return runCommand(command, args, async ({ values, positionals }) => {
    const names = entries.map(({ name }) => name), set = (values.set ?? []) as readonly string[];
    if (positionals.length === 0) throw new UsageError(`Name an experiment: there are ${names.join(", ")}`);
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new UsageError(
        `Unknown experiment "${unknown}"${closest(unknown, names)}: there are ${names.join(", ")}`,
      );
    }
    const chosen = entries.filter(({ name }) => positionals.includes(name));
    checkNames(set.map(parseSetting), chosen.map(({ name }) => name));
    const profile = (values.profile ?? "quick") as ProfileName;
    const experiments = await Promise.all(chosen.map((entry) => entry.load()));
    for (const one of experiments) {
      if (!one.profiles[profile]) throw new UsageError(lacksProfile(one, profile));
    }
    const number = (name: string, usual: number): number => {
      const value = (values[name] ?? usual) as number;
      if (value < 1) throw new UsageError(`Invalid value "${value}" of --${name}: expected at least 1`);
      return value;
    };
    const seeds = number("seeds", 1), firstSeed = (values.seed ?? 0) as number;
    const grid = { experiments, profile, set, firstSeed, seeds }, count = countCells(grid);
    if (count > MANY && !values.yes) {
      throw new UsageError(`Cannot plan ${count} runs: more than ${MANY}, which needs --yes`);
    }
    const out = resolve(cwd, String(values.out ?? ".pyrosaur/sweep"));
    const given = String(values.data ?? "real");
    const sweep: Sweep = {
      cells: cellsOf(grid),
      engine: (values.engine ?? "snakemake") as Sweep["engine"],
      chunk: number("chunk", 10),
      data: given === "real" || given === "simulated" ? given : resolve(cwd, given),
      project: new URL("..", import.meta.url).pathname.replace(/\/$/, ""),
      out,
      memory: number("memory", 2000),
      minutes: number("minutes", 60),
    };
    const written = await write(out, filesOf(sweep)), jobs = Math.ceil(sweep.cells.length / sweep.chunk);
    const found = `${counted(sweep.cells.length, "run")} in ${counted(jobs, "job")}`;
    const next = sweep.engine === "snakemake" ? "snakemake --profile profiles/local" : "./submit.sh";
    print(
      written === 0 ? `${out} is as planned: ${found}` : `${found}. Run them:\n  cd ${out} && ${next}`,
    );
    return 0;
  });
}

if (import.meta.main) Deno.exit(await plan(Deno.args));
