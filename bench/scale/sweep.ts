import { fileURLToPath } from "node:url";
import { timed } from "./program.ts";

/** Runs of the sweep, cells of a job, and cores. */
export const RUNS = 200, CHUNK = 20, CORES = 2;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The way in which a sweep was run: seconds of all of it, and those of its runs alone. */
export interface SweepTimes {
  /** From the first job to the table. */
  readonly seconds: number;
  /** The sum over all runs. */
  readonly work: number;
}

/** Plans a sweep of small runs into a folder. */
async function planned(out: string, engine: string): Promise<void> {
  const settings = ["steps=500", "longSteps=1000", "draws=2000", "predictions=1000"].flatMap((
    one,
  ) => ["--set", one]);
  await timed(Deno.execPath(), [
    ...[
      "run",
      "--quiet",
      "-A",
      `${ROOT}tasks/plan.ts`,
      "rugged",
      "--seeds",
      String(RUNS),
      "--chunk",
      String(CHUNK),
    ],
    ...[...settings, "--engine", engine, "--out", out],
  ]);
}

/** Sums the seconds of all runs, which the jobs have written. */
async function workIn(out: string): Promise<number> {
  let sum = 0, count = 0;
  for (let i = 0; i < RUNS / CHUNK; i++) {
    const lines = (await Deno.readTextFile(`${out}/done/${String(i).padStart(4, "0")}.txt`)).trim().split(
      "\n",
    );
    for (const line of lines) sum += Number(line.split("\t")[2]), count++;
  }
  if (count !== RUNS) throw new Error(`Cannot measure the sweep: found ${count} runs, expected ${RUNS}`);
  return sum;
}

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);

const programs = (text: string, key: string): string => new RegExp(`^${key}: "(.*)"$`, "m").exec(text)![1];

/** Ways to run a sweep, by name; each resolves when the table is there. */
const WAYS: Readonly<Record<string, { readonly engine: string; run(out: string): Promise<unknown> }>> = {
  // A shell a core, each with every second chunk: no scheduler at all.
  local: {
    engine: "snakemake",
    async run(out) {
      const config = await Deno.readTextFile(`${out}/config.yaml`), run = programs(config, "run");
      await Deno.mkdir(`${out}/done`);
      const chunks = Array.from({ length: RUNS / CHUNK }, (_, i) => String(i).padStart(4, "0"));
      await Promise.all(Array.from({ length: CORES }, (_, core) => {
        const own = chunks.filter((_, i) => i % CORES === core);
        return timed("bash", [
          "-c",
          own.map((name) => `${run} chunks/${name}.txt done/${name}.txt`).join(" && "),
        ], { cwd: out });
      }));
      await timed("bash", ["-c", `${programs(config, "merge")} table.csv failures.csv`], { cwd: out });
    },
  },
  snakemake: {
    engine: "snakemake",
    run: (out) =>
      timed(Deno.env.get("PYROSAUR_SNAKEMAKE")!, ["--profile", "profiles/local", "--cores", String(CORES)], {
        cwd: out,
      }),
  },
  slurm: {
    engine: "slurm-array",
    async run(out) {
      await timed("bash", ["submit.sh"], { cwd: out });
      while (!await exists(`${out}/failures.csv`)) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  },
};

/** The ways that this machine has: Snakemake by PYROSAUR_SNAKEMAKE, Slurm by SLURM_CONF. */
export const waysHere = (): string[] =>
  Object.keys(WAYS).filter((name) =>
    name === "local" || Deno.env.get(name === "slurm" ? "SLURM_CONF" : "PYROSAUR_SNAKEMAKE") !== undefined
  );

/** Runs a sweep of 200 small runs in one of the ways. */
export async function runSweep(way: string, folder: string): Promise<SweepTimes> {
  const out = `${folder}/${way}`, { engine, run } = WAYS[way];
  await planned(out, engine);
  const began = performance.now();
  await run(out);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, work: await workIn(out) };
}
