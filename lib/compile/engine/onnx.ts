import type { InferenceSession, Tensor } from "onnxruntime-node";
import { turn, turnIsDue } from "../../system/mod.ts";
import type { HostArray } from "../../tensor/mod.ts";
import type { DType, Graph, Value } from "../ir/graph.ts";
import { encodeOnnx } from "../onnx/encode.ts";
import { type Dims, sizeOf } from "../ir/size.ts";
import type { Engine, EngineCall, Executable, LoadOptions } from "./engine.ts";
import { type OnnxRuntime, openSession } from "./onnx_runtime.ts";
import { runError } from "./run_error.ts";
import { vectorMachine } from "./wasm/machine.ts";

const PROVIDERS = {
  cpu: "CPUExecutionProvider",
  cuda: "CUDAExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
} as const;

let line: Promise<unknown> = Promise.resolve();

/** Runs sessions one after the other: each holds the thread as it runs, later than its call. */
function inLine<T>(run: () => Promise<T>): Promise<T> {
  const mine = line.then(async () => {
    while (turnIsDue()) await turn();
    return await run();
  });
  line = mine.catch(() => {});
  return mine;
}

class OnnxExecutable implements Executable {
  #tensors = new WeakMap<HostArray, Tensor>();

  constructor(
    private readonly ort: OnnxRuntime,
    private readonly session: InferenceSession,
    readonly provider: string,
    private readonly inputs: readonly { name: string; dtype: DType }[],
    private readonly outputs: readonly { name: string; dtype: DType }[],
    private readonly floats: "float32" | "float64",
  ) {}

  /** Arrays that come back at every run (parameters that ping-pong) keep their wrappers. */
  #tensor(array: HostArray, dtype: DType): Tensor {
    let tensor = this.#tensors.get(array);
    if (!tensor) {
      const type = dtype === "float" ? this.floats : dtype;
      tensor = new this.ort.Tensor(type as "float32", array.data as Float32Array, array.shape);
      this.#tensors.set(array, tensor);
    }
    return tensor;
  }

  async run(
    inputs: readonly HostArray[],
    outputs: readonly HostArray[],
    _dims: Dims,
    { onStart }: EngineCall = {},
  ): Promise<void> {
    const feeds: Record<string, Tensor> = {}, fetches: Record<string, Tensor> = {};
    this.inputs.forEach(({ name, dtype }, i) => feeds[name] = this.#tensor(inputs[i], dtype));
    this.outputs.forEach(({ name, dtype }, i) => fetches[name] = this.#tensor(outputs[i], dtype));
    try {
      await inLine(() => {
        onStart?.();
        return this.session.run(feeds, fetches);
      });
    } catch (cause) {
      throw new Error(runError("ONNX Runtime", cause, inputs), { cause });
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** Makes a graph ready, all of it. */
async function load(
  graph: Graph,
  values: readonly Value[],
  { precision, device, threads }: LoadOptions,
): Promise<Executable> {
  const inputs = values.map((value, i) => ({ value, name: value.name ?? `x${i}`, dtype: value.dtype }));
  const outputs = graph.outputs.map((value, i) => ({ name: `y${i}`, dtype: value.dtype }));
  const double = precision === "float64", outputNames = outputs.map((o) => o.name);
  if (device === "cpu" && !double) {
    const { turnProducts } = await import("../passes/turn_products.ts");
    turnProducts(graph);
  }
  const bytes = encodeOnnx(graph, { double, inputs, outputNames });
  const { ort, session } = await openSession(bytes, {
    device,
    threads,
    source: "the graph",
    // Beyond "basic", a factor next to a product becomes an attribute of it, and attributes are
    // float32.
    optimisation: double ? "basic" : "all",
  });
  return new OnnxExecutable(ort, session, PROVIDERS[device], inputs, outputs, precision);
}

/** Numbers of the outputs from which an element-wise end of the graph may be worth a look. */
const MANY = 100_000;

/**
 * Runs graphs in ONNX Runtime: one session per graph, one call per run; the update of many
 * parameters at the end in vectors of WebAssembly.
 */
export const onnxEngine: Engine = {
  name: "onnx",
  async load(graph, values, options) {
    const sizes = graph.outputs.map(({ shape }) => sizeOf(shape));
    const known = sizes.reduce<number>((sum, size) => typeof size === "number" ? sum + size : sum, 0);
    if (options.device === "cpu" && known >= MANY && vectorMachine().hasVectors) {
      const { loadInParts } = await import("./wasm/ending.ts");
      const parts = await loadInParts(graph, values, options, (taken) => load(graph, taken, options));
      if (parts) return parts;
    }
    return await load(graph, values, options);
  },
};
