/**
 * A whole process of NUTS: reads the data, runs 4 chains of 1,000 + 1,000, then as many again as
 * asked for; writes the draws of these into the folder and prints figures as JSON.
 *
 * usage: chains.ts MODEL FOLDER REPEATS
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import { key, MCMC, type MCMCResult, NUTS } from "../../mod.ts";
import type { HostArray } from "../../lib/tensor/mod.ts";
import { readArguments, writeNumbers } from "./files.ts";
import { gradientTime } from "./gradient_time.ts";
import { models } from "./models.ts";
import type { ChainsReport } from "./report.ts";

/** Returns the draws of latent sites, `[chains * draws, numbers]`. */
function drawsOf({ samples, state: { sites }, numChains, numSamples }: MCMCResult): Float64Array {
  const rows = numChains * numSamples, parts = sites.map(({ name }) => samples[name].data);
  const widths = parts.map(({ length }) => length / rows), width = widths.reduce((a, b) => a + b);
  const all = new Float64Array(rows * width);
  let at = 0;
  parts.forEach((part, k) => {
    for (let i = 0; i < rows; i++) {
      all.set(part.subarray(i * widths[k], (i + 1) * widths[k]), i * width + at);
    }
    at += widths[k];
  });
  return all;
}

const sum = ({ data }: HostArray): number => Array.from(data).reduce((a, b) => a + b, 0);

async function main(name: string, folder: string, repeats: number): Promise<ChainsReport> {
  const data = readArguments(folder), mcmc = new MCMC(new NUTS(models[name]));
  await mcmc.run(key(0), data, { progress: false });
  const ready = Date.now() / 1000, runs = [];
  for (let run = 1; run <= repeats; run++) {
    const begin = performance.now(), result = await mcmc.run(key(run), data, { progress: false });
    const seconds = (performance.now() - begin) / 1000;
    await writeNumbers(`${folder}/draws${run}.f64`, drawsOf(result));
    runs.push({ seconds, gradients: sum(result.extraFields.numSteps) });
  }
  return { ready, runs, grad_us: await gradientTime(models[name], data) };
}

if (import.meta.main) {
  const [name, folder, repeats] = Deno.args;
  answer(await main(name, folder, Number(repeats)));
}
