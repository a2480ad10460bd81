/**
 * A whole process of a training with discrete sites summed out; prints its times as JSON.
 *
 * usage: train.ts gmm | train.ts hmm SEQUENCES.json STATES STEPS
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import process from "node:process";
import { adam, AutoDelta, initToValue, key, SVI, tf, TraceEnumELBO } from "../../mod.ts";
import { firstValues, mixture, POINTS } from "../../experiments/gmm/notebook.ts";
import { batchOf, form, longest, NOTES, type Notes, rowsOf } from "../../experiments/hmm/notebook.ts";

/** The tutorial's 200 steps, and the same again. */
async function trainMixture(): Promise<Record<string, number>> {
  const guide = new AutoDelta(mixture, { initStrategy: initToValue({ values: firstValues(17) }) });
  const svi = new SVI(mixture, guide, adam({ lr: 0.1, betas: [0.8, 0.99] }), new TraceEnumELBO());
  const points = tf.tensor1d([...POINTS]), train = () => svi.run(key(0), 200, [points], { progress: false });
  await train();
  const begin = performance.now(), { losses } = await train();
  return { again_ms: performance.now() - begin, loss: losses[199] };
}

/** Steps of the plain hidden Markov model on all sequences at once. */
async function trainChain(path: string, hidden: number, steps: number): Promise<Record<string, number>> {
  const rows = rowsOf(JSON.parse(Deno.readTextFileSync(path))), batch = batchOf(rows, longest(rows));
  const { prior, sequences } = form("plain", hidden, NOTES);
  const model = (notes: Notes) => sequences(prior(), notes);
  // The same as in the programs of other libraries.
  const emission = (_: unknown, i: number) => (1 + (3 * Math.floor(i / NOTES) + i % NOTES) % 11) / 40;
  const values = {
    probs_x: tf.fill([hidden, hidden], 1 / hidden),
    probs_y: tf.tensor(Float32Array.from({ length: hidden * NOTES }, emission), [hidden, NOTES]),
  };
  const guide = new AutoDelta(model, { initStrategy: initToValue({ values }) });
  const svi = new SVI(model, guide, adam({ lr: 0.05 }), new TraceEnumELBO());
  const start = performance.now(), first = await svi.run(key(0), 1, [batch], { progress: false });
  const ready = performance.now(), options = { state: first.state, progress: false };
  const { losses } = await svi.run(key(0), steps, [batch], options);
  return {
    ready_s: (ready - start) / 1000,
    step_ms: (performance.now() - ready) / steps,
    loss: losses[steps - 1],
    // Kilobytes.
    peak_mb: process.resourceUsage().maxRSS / 1024,
  };
}

if (import.meta.main) {
  const [mode, path, hidden, steps] = Deno.args;
  const times = mode === "gmm" ? trainMixture() : trainChain(path, Number(hidden), Number(steps));
  answer(await times);
}
