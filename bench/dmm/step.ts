/**
 * A process that takes training steps of the Deep Markov Model on random sequences of full length,
 * and prints as JSON how long they took.
 *
 * usage: step.ts BATCH STEPS IAFS REPETITIONS
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import type { CompileOptions } from "../../lib/compile/mod.ts";
import { clippedAdam, SVI } from "../../lib/infer/mod.ts";
import { dmm } from "../../lib/models/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { batchAxes, batchOf, tutorial } from "../../experiments/dmm/notebook.ts";
import { peakMegabytes } from "../shared/memory.ts";
import { fullRows } from "./batch.ts";
import { median } from "../../lib/statistics/mod.ts";

/** The figures that the process prints. */
export interface StepReport {
  /**
   * Seconds until the first step is done, without a step: tracing, first values, passes, session.
   */
  readonly ready_s: number;
  /** The median step: noise, loss, gradients and update. */
  readonly step_ms: number;
  /** The share of a step that drawing its noise takes. */
  readonly noise_share: number;
  /** The largest memory the process had, in megabytes. */
  readonly memory_mb: number;
  /** Number of timed steps. */
  readonly n: number;
}

async function measure(
  batch: number,
  steps: number,
  numIafs: number,
  repetitions: number,
): Promise<StepReport> {
  const { model, guide, options: { zDim } } = dmm({ numIafs });
  const factor = { data: Float32Array.of(0.5), shape: [] }, rows = fullRows(batch, steps);
  // As in training, the batch of each step is put together anew; to make up music is no part of it.
  const args = () => [batchOf(rows, { pack: false }), factor];
  const svi = new SVI(model, guide, clippedAdam(tutorial.optimiser), undefined, {
    engine: "onnx",
    axes: [batchAxes, null] as CompileOptions["axes"],
  });
  const given = args(), begin = performance.now();
  const first = await svi.init(random.key(0), ...given);
  const { state: warm } = await svi.run(random.key(0), 1, () => given, { state: first, progress: false });
  const ready = performance.now() - begin, times: number[] = [];
  let last = 0;
  await svi.run(random.key(0), repetitions + 1, args, {
    state: warm,
    progress: () => {
      const now = performance.now();
      if (last > 0) times.push(now - last);
      last = now;
    },
  });
  const step = median(times), noise = new Float32Array(steps * batch * zDim), draw = performance.now();
  for (let i = 0; i < 10; i++) random.fillNormal(random.key(i), noise);
  return {
    ready_s: (ready - step) / 1000,
    step_ms: step,
    noise_share: (performance.now() - draw) / 10 / step,
    memory_mb: peakMegabytes(),
    n: times.length,
  };
}

if (import.meta.main) {
  const [batch, steps, iafs, repetitions] = Deno.args.map(Number);
  answer(await measure(batch, steps, iafs, repetitions));
}
