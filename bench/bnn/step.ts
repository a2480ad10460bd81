/**
 * A training step of a Bayesian network for digits, in a process of its own: `step.ts KIND ENGINE
 * REPETITIONS`. Prints JSON.
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import type { EngineName } from "../../lib/compile/mod.ts";
import { adam, SVI, TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { bayesianClassifier } from "../../lib/models/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { median } from "../../lib/statistics/mod.ts";
import { batchOf, CLASSES, labelsOf } from "../../experiments/bnn_mnist/notebook.ts";

/**
 * The ways to train: weights are drawn, with sampled divergences or with those in closed form;
 * activations are drawn.
 */
export const KINDS = ["weights", "closed", "local"] as const;

/** The name of a way to train. */
export type Kind = typeof KINDS[number];

/** A measured step. */
export interface StepReport {
  /** From the first call to readiness: tracing, loading, first values. */
  readonly ready_s: number;
  /** The median step: data, noise, loss, gradients and update. */
  readonly step_ms: number;
  /** Number of timed steps. */
  readonly n: number;
}

/** Images of noise, and the rows of a batch. */
const IMAGES = 2000, BATCH = 128, SIDE = 28;

async function measure(kind: Kind, engine: EngineName, repetitions: number): Promise<StepReport> {
  const bytes = Uint8Array.from(random.randint(random.key(0), [IMAGES * SIDE * SIDE], 0, 256).dataSync());
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const digits = { bytes, labels, count: IMAGES, side: SIDE };
  const args = (step: number) => {
    const rows = Array.from({ length: BATCH }, (_, i) => (step * BATCH + i) % IMAGES);
    return [batchOf(digits, rows), labelsOf(digits, rows)];
  };
  const { model, guide } = bayesianClassifier({
    dataSize: 60_000,
    localReparameterisation: kind === "local",
  });
  const loss = kind === "weights" ? new TraceELBO() : new TraceMeanFieldELBO();
  const svi = new SVI(model, guide, adam({ lr: 0.01 }), loss, { engine }), begin = performance.now();
  const first = await svi.init(random.key(0), ...args(0));
  const { state } = await svi.run(random.key(0), 1, args, { state: first, progress: false });
  const ready = performance.now() - begin, times: number[] = [];
  let last = 0;
  await svi.run(random.key(0), repetitions + 1, args, {
    state,
    progress: () => {
      const now = performance.now();
      if (last > 0) times.push(now - last);
      last = now;
    },
  });
  await svi.release();
  // The last report waits for the whole state to come out of the engine.
  const step = median(times.slice(0, -1));
  return { ready_s: (ready - step) / 1000, step_ms: step, n: times.length - 1 };
}

if (import.meta.main) {
  const [kind, engine, repetitions] = Deno.args;
  answer(await measure(kind as Kind, engine as EngineName, Number(repetitions)));
}
