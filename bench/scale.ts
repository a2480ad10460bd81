import { fileURLToPath } from "node:url";
import type { Measurement } from "./shared/measurement.ts";
import { Times } from "./shared/times.ts";
import { timed } from "./scale/program.ts";
import { writeRecords } from "./scale/records.ts";
import { CORES, RUNS, runSweep, waysHere } from "./scale/sweep.ts";

/** The question that many records are asked: of every one, in groups. */
const SQL = `select name, config->>'steps' as steps, count(*), avg(value) from metrics group by all`;

const TIMES = 3;

const task = (name: string): string => fileURLToPath(new URL(`../tasks/${name}.ts`, import.meta.url));

/** Times `query` and `compare` over many records, as whole processes, with their memory. */
async function measureIndex(folder: string, count: number): Promise<Measurement[]> {
  const times = new Times(), half = count / 2;
  await writeRecords(`${folder}/a`, half, 0);
  await writeRecords(`${folder}/b`, half, 0.01);
  const commands = {
    query: ["query", SQL, "--over", folder],
    compare: ["compare", "--over", `${folder}/a`, "--over", `${folder}/b`],
  };
  for (let i = 0; i < (count > 10_000 ? 1 : TIMES); i++) {
    for (const [name, [script, ...args]] of Object.entries(commands)) {
      const { seconds } = await timed(Deno.execPath(), ["run", "-A", task(script), ...args]);
      times.add(`scale/${name}/records=${count}_s`, seconds);
    }
  }
  for (const [name, [script, ...args]] of Object.entries(commands)) {
    const { megabytes } = await timed(Deno.execPath(), ["run", "-A", task(script), ...args], {
      memory: true,
    });
    times.add(`scale/${name}/records=${count}_MB`, megabytes);
  }
  return times.medians().map((one) => one.name.endsWith("_MB") ? { ...one, unit: "MB" } : one);
}

/**
 * Measures what many runs cost: `query` and `compare` over 10,000 and 100,000 records, and 200
 * small runs of the ruggedness experiment as a sweep, without a scheduler, by Snakemake (where
 * PYROSAUR_SNAKEMAKE names it) and by a Slurm array (where SLURM_CONF leads to one): the seconds of
 * two cores that a run takes beyond its own work, and all seconds as a multiple of it.
 */
export async function run(): Promise<Measurement[]> {
  const folder = await Deno.makeTempDir({ prefix: "pyrosaur-scale-" }), found: Measurement[] = [];
  const wanted = Deno.env.get("PYROSAUR_SCALE")?.split(",") ?? ["10000", "100000", ...waysHere()];
  try {
    for (const way of wanted.filter((name) => !Number(name))) {
      const { seconds, work } = await runSweep(way, folder);
      const own = (name: string, value: number, unit: string) =>
        found.push({ name: `scale/${way}/${name}`, value, unit, n: RUNS });
      own("overhead_s", (CORES * seconds - work) / RUNS, "s");
      own("run_s", work / RUNS, "s");
      own("ratio", CORES * seconds / work, "times");
    }
    for (const count of wanted.map(Number).filter(Boolean)) {
      found.push(...await measureIndex(`${folder}/${count}`, count));
    }
    return found;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
