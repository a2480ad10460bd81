/**
 * A process that trains the variational autoencoder of Pyro's example on as many images as MNIST
 * has, random ones, and prints as JSON how long it took.
 *
 * usage: epoch.ts ENGINE EPOCHS
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import type { CompileOptions, EngineName } from "../../lib/compile/mod.ts";
import { epochOrder } from "../../lib/data/mod.ts";
import { adam, SVI } from "../../lib/infer/mod.ts";
import { vae } from "../../lib/models/mod.ts";
import { median } from "../../lib/statistics/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { batchAxes, batchOf, example, type Images } from "../../experiments/vae/notebook.ts";
import { peakMegabytes } from "../shared/memory.ts";

/** The figures that the process prints. */
export interface EpochReport {
  /** Seconds until the first step is done, without a step: tracing, first values, compiling. */
  readonly ready_s: number;
  /** The median step: putting the batch together, noise, loss, gradients and update. */
  readonly step_ms: number;
  /** The median of the epochs after the first: 234 whole batches and one of 96. */
  readonly epoch_s: number;
  /** The largest memory the process had, in megabytes. */
  readonly memory_mb: number;
  /** Number of timed steps. */
  readonly n: number;
}

/** Images of MNIST's number and size: a fifth of the pixels are grey, the others empty. */
function someImages(count = 60_000, pixels = 784): Images {
  const bytes = new Uint8Array(count * pixels);
  for (let i = 0, state = 1; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state < 2 ** 32 / 5 ? state >>> 8 : 0;
  }
  return { bytes, count, pixels };
}

async function measure(engine: EngineName, epochs: number): Promise<EpochReport> {
  const { model, guide } = vae(),
    images = someImages(),
    { batch, learningRate } = example,
    key = random.key(0);
  const batches = Math.ceil(images.count / batch);
  const svi = new SVI(model, guide, adam({ lr: learningRate }), undefined, {
    engine,
    axes: [batchAxes] as CompileOptions["axes"],
  });
  const args = (order: Int32Array) => (step: number) => {
    const first = (step % batches) * batch;
    return [batchOf(images, order.subarray(first, first + batch))];
  };
  const begin = performance.now(), order = epochOrder(key, 0, images.count);
  let state = await svi.init(key, ...args(order)(0));
  ({ state } = await svi.run(key, 1, args(order), { state, progress: false }));
  const ready = performance.now() - begin, steps: number[] = [], all: number[] = [];
  ({ state } = await svi.run(key, batches - 1, args(order), { state, progress: false }));
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const start = performance.now(), own = args(epochOrder(key, epoch, images.count));
    let last = 0;
    const progress = () => {
      const now = performance.now();
      if (last > 0) steps.push(now - last);
      last = now;
    };
    ({ state } = await svi.run(key, batches, own, { state, progress }));
    all.push((performance.now() - start) / 1000);
  }
  const step = median(steps);
  return {
    ready_s: (ready - step) / 1000,
    step_ms: step,
    epoch_s: median(all),
    memory_mb: peakMegabytes(),
    n: steps.length,
  };
}

if (import.meta.main) {
  const [engine, epochs] = Deno.args;
  answer(await measure(engine as EngineName, Number(epochs)));
}
