import { CallsUnderWay, checkOptions, type OptionNames } from "../system/mod.ts";
import { openSession } from "../compile/internals.ts";
import type { Device } from "../compile/mod.ts";
import { dtypeOf, type HostArray } from "../tensor/mod.ts";

/** An exported model, loaded. */
export interface LoadedModel {
  /** The names of its arguments. */
  readonly inputs: readonly string[];
  /** The names of its results. */
  readonly outputs: readonly string[];
  /**
   * Runs it once. Rejects with ONNX Runtime's message where inputs are missing or do not fit; and
   * after its release.
   */
  run(inputs: Readonly<Record<string, HostArray>>): Promise<Record<string, HostArray>>;
  /** Frees it once runs under way have ended; a second time does nothing. */
  release(): Promise<void>;
}

/** Options of `loadModel`. */
export interface LoadModelOptions {
  /** Threads within one operation (default: as many as cores that the process may run on). */
  threads?: number;
  /** The device it runs on (default "cpu"); `cuda` needs `deno task engine onnx-cuda`. */
  device?: Device;
  /** The name of the model in messages (default "the model"). */
  source?: string;
}

const optionNames: OptionNames<LoadModelOptions> = { threads: true, device: true, source: true };

/**
 * Loads an ONNX model into ONNX Runtime.
 *
 * @throws (rejects) Error where it is not one that ONNX Runtime takes, and where the device cannot
 * be used.
 *
 * @example
 * ```ts
 * import { exportOnnx } from "@pyrosaur/pyrosaur/compile";
 * import { loadModel } from "@pyrosaur/pyrosaur/serve";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const twice = (x: Tensor) => ({ y: x.mul(2) });
 * const { bytes } = exportOnnx(twice, [tf.zeros([3])], { inputs: ["x"] });
 * const model = await loadModel(bytes);
 * const { y } = await model.run({ x: { data: Float32Array.of(1, 2, 3), shape: [3] } });
 * assert.deepEqual([...y.data], [2, 4, 6]);
 * await model.release();
 * ```
 */
export async function loadModel(bytes: Uint8Array, options: LoadModelOptions = {}): Promise<LoadedModel> {
  checkOptions("load a model", options, optionNames);
  const { ort, session } = await openSession(bytes, options), { source = "the model" } = options;
  const calls = new CallsUnderWay();
  let released: Promise<void> | undefined;
  const feed = ([name, array]: [string, HostArray]) => {
    if (!ARRAYS.some((type) => array?.data instanceof type)) {
      const kind = (array?.data as unknown)?.constructor?.name ?? String(array?.data);
      throw new Error(`Cannot run ${source}: the input "${name}" is a ${kind}, expected ${ARRAY_NAMES}`);
    }
    return [name, new ort.Tensor(dtypeOf(array), array.data, array.shape)] as const;
  };
  return {
    inputs: [...session.inputNames],
    outputs: [...session.outputNames],
    async run(inputs) {
      if (released) throw new Error(`Cannot run ${source}: it was released`);
      const feeds = Object.fromEntries(Object.entries(inputs).map(feed));
      const results = await calls.during(async () => await session.run(feeds));
      return Object.fromEntries(
        (Object.entries(results) as [string, { data: HostArray["data"]; dims: readonly number[] }][]).map(
          ([name, { data, dims }]) => [name, { data, shape: [...dims] }],
        ),
      );
    },
    release: () => released ??= calls.ended().then(() => session.release()),
  };
}

/** The arrays that hold numbers. */
const ARRAYS = [Float32Array, Float64Array, Int32Array, Uint8Array];

const ARRAY_NAMES = "a Float32Array, Float64Array, Int32Array or Uint8Array";
