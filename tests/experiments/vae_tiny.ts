import type { VaeConfig } from "../../experiments/vae/settings.ts";
import type { Fit, VaeTask } from "../../experiments/vae/task.ts";
import { perform } from "../../experiments/vae/worker.ts";
import type { Tell } from "../../lib/workers/mod.ts";

/** A training of a moment, of networks that can learn hardly anything. */
export const tinyConfig: VaeConfig = {
  training: { epochs: 3, batch: 25, learningRate: 1e-2, lookEvery: 2, threads: 1, checkpointMinutes: 0 },
  sizes: { hiddenDim: 5, zDim: 2 },
  draws: 2,
  bounds: [20, 40],
  boundImages: 7,
  mapped: 20,
};

/** Bytes of images, the same everywhere: every other row is empty. */
export function tinyBytes(count: number, offset = 0): Uint8Array {
  const at = (i: number) =>
    Math.floor(i / 28) % 2 ? 0 : Math.round(127.5 + 127.5 * Math.sin(0.07 * i + offset));
  return Uint8Array.from({ length: count * 784 }, (_, i) => at(i));
}

/** A task of the above. */
export const tinyTask = (change: Partial<VaeTask> = {}): VaeTask => {
  const { mapped: _, ...config } = tinyConfig;
  return {
    ...config,
    train: { bytes: tinyBytes(60), count: 60, pixels: 784 },
    test: { bytes: tinyBytes(20, 1), count: 20, pixels: 784 },
    data: "tiny images",
    seed: 0,
    compile: { engine: "onnx", device: "cpu", dtype: "float32" },
    ...change,
  };
};

/** Trains and measures such an autoencoder. */
export const fit = (
  folder: string,
  { resume = false, tell = () => {}, ...change }: Partial<VaeTask> & { resume?: boolean; tell?: Tell } = {},
): Promise<Fit> => perform(tinyTask(change), tell, { folder, resume });
