import { fileURLToPath } from "node:url";
import { essBulk } from "../lib/infer/mod.ts";
import { data } from "./nuts/data.ts";
import { readNumbers, writeArguments } from "./nuts/files.ts";
import { models } from "./nuts/models.ts";
import type { ChainsReport } from "./nuts/report.ts";
import { Peers } from "./peers/peers.ts";
import { child } from "./shared/child.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { Times } from "./shared/times.ts";

const SCRIPT = fileURLToPath(new URL("./nuts/chains.ts", import.meta.url));
/** Chains and the draws of each that are kept. */
const CHAINS = 4, DRAWS = 1000;
/** Whole processes of ours; of the peers, which compile for seconds, fewer. */
const PROCESSES = 3, PEER_PROCESSES = 1;
/** Runs in each process once it is warm. */
const RUNS = 3;
/** Seconds after which a program of a peer is ended. */
const PATIENCE = 300;
/** Models of which one run takes many seconds: one process, and one run once it is warm. */
const LONG: readonly string[] = ["logistic_20k", "volatility"];

/** Returns the smallest bulk effective sample size among the numbers of draws in a file. */
function leastEffective(path: string): number {
  const all = readNumbers(path), width = all.length / (CHAINS * DRAWS);
  const chains = (i: number) =>
    Array.from(
      { length: CHAINS },
      (_, c) => Float64Array.from({ length: DRAWS }, (_, d) => all[(c * DRAWS + d) * width + i]),
    );
  return Math.min(...Array.from({ length: width }, (_, i) => essBulk(chains(i))));
}

/**
 * Runs a program and adds its figures, whose names end as `suffix` says; without runs its gradient
 * alone.
 */
async function measure(
  times: Times,
  model: string,
  suffix: string,
  program: (folder: string, runs: number) => Promise<ChainsReport>,
): Promise<void> {
  const folder = await Deno.makeTempDir(), runs = LONG.includes(model) ? 1 : RUNS;
  try {
    await writeArguments(await data[model](), folder);
    const begin = Date.now() / 1000, report = await program(folder, runs);
    const add = (what: string, value: number) => times.add(`nuts/${model}/${what}${suffix}`, value);
    if (report.runs.length > 0) add("start_s", report.ready - begin);
    report.runs.forEach(({ seconds, gradients }, i) => {
      const effective = leastEffective(`${folder}/draws${i + 1}.f64`);
      add("ess_per_s", effective / seconds);
      add("ess_per_gradient", effective / gradients);
    });
    add("grad_us", report.grad_us);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The ways in which NumPyro runs chains. */
const METHODS = ["vectorized", "sequential"] as const;

/** Puts the better figure of NumPyro's two ways in the place of both, where both ended. */
export function better(all: readonly Measurement[]): Measurement[] {
  const [first, second] = METHODS.map((method) => `_${method}`);
  const found = new Map<string, Measurement>();
  for (const one of all) {
    const isStop = one.name.includes("/stopped_s"),
      way = [first, second].find((end) => one.name.endsWith(end));
    const name = way && !isStop ? one.name.slice(0, -way.length) : one.name, other = found.get(name);
    const isBetter = !other || (name.includes("/ess_") ? one.value > other.value : one.value < other.value);
    if (isBetter) found.set(name, { ...one, name });
  }
  return [...found.values()];
}

/** The unit of a figure by its name. */
const unitOf = (name: string): string =>
  name.includes("/ess_per_s") ? "1/s" : name.includes("/ess_per_g") ? "1" : name.includes("_us") ? "us" : "s";

/**
 * Four chains of NUTS of 1,000 warm-up steps and 1,000 draws on five models: seconds from the start
 * of a process to the end of its first run (`start_s`), and in the same process the smallest
 * effective sample size by the second, warm-up included (`ess_per_s`), and by the gradient of the
 * draws (`ess_per_gradient`), and the microseconds of a gradient (`grad_us`). With peers the same
 * in NumPyro, its chains vectorised and one after another, of which the better figure counts, and
 * in nutpie. A program of a peer that has not ended after 5 minutes is stopped (`stopped_s`), and
 * another measures its gradient alone. PYROSAUR_NUTS names some of the models.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), peers = new Peers();
  const found = wanted ? await peers.present(["numpyro", "nutpie"]) : [];
  const other =
    (program: string, ...rest: string[]) => async (model: string, folder: string, runs: number) => {
      const args = [model, folder, String(runs), ...rest];
      return JSON.parse(await peers.run(program, args, AbortSignal.timeout(1000 * PATIENCE))) as ChainsReport;
    };
  const programs = found.flatMap((peer) =>
    (peer === "numpyro" ? METHODS : [""]).map((method) => ({
      suffix: `/peer=${peer}${method && `_${method}`}`,
      program: other(`nuts_${peer}.py`, ...method ? [method] : []),
    }))
  );
  for (const model of Deno.env.get("PYROSAUR_NUTS")?.split(",") ?? Object.keys(models)) {
    for (let i = 0; i < (LONG.includes(model) ? 1 : PROCESSES); i++) {
      await measure(times, model, "", (folder, runs) => child(SCRIPT, [model, folder, runs]));
      if (i >= PEER_PROCESSES) continue;
      for (const { suffix, program } of programs) {
        try {
          await measure(times, model, suffix, (folder, runs) => program(model, folder, runs));
        } catch (error) {
          if ((error as Error).name !== "TimeoutError") throw error;
          times.add(`nuts/${model}/stopped_s${suffix}`, PATIENCE);
          await measure(times, model, suffix, (folder) => program(model, folder, 0));
        }
      }
    }
  }
  return better(times.medians()).map((m) => ({ ...m, unit: unitOf(m.name) }));
}
