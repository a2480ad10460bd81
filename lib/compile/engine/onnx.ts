import process from "node:process";
import { reasonOf } from "../../system/mod.ts";
import type { HostArray } from "../../tensor/mod.ts";
import type { DType, Graph, Value } from "../ir/graph.ts";
import { encodeOnnx } from "../onnx/encode.ts";
import { carryAddends } from "../passes/carry_addends.ts";
import { lowerSums } from "../passes/lower_sums.ts";
import { loadCudaProvider } from "./cuda/provider.ts";
import type { Device, Engine, Executable, LoadOptions } from "./engine.ts";
import { runError } from "./run_error.ts";

type Ort = any;
let runtime: Promise<Ort> | undefined, hasCuda = false;

/**
 * ONNX Runtime, imported on first use.
 *
 * Throws for device `cuda` where its provider cannot be had, and where ONNX Runtime was imported
 * without it.
 */
export function onnxRuntime(device: Device = "cpu"): Promise<Ort> {
  if (device === "cuda" && !hasCuda) {
    if (runtime) {
      throw new Error(
        "Cannot use CUDA: ONNX Runtime is in this process already, without it; the first function that is compiled must ask for " +
          'device "cuda"',
      );
    }
    loadCudaProvider();
    hasCuda = true;
  }
  return runtime ??= (async () => {
    // It keeps a telemetry database in the user's cache unless told otherwise before the import.
    try {
      process.env.ORT_DISABLE_TELEMETRY ||= "1";
    } catch { /* without permission to set it, the caller's environment decides */ }
    const module = await import("onnxruntime-node");
    return (module as any).default ?? module;
  })();
}

const PROVIDERS = {
  cpu: "CPUExecutionProvider",
  cuda: "CUDAExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
} as const;

class OnnxExecutable implements Executable {
  #tensors = new WeakMap<object, unknown>();

  constructor(
    private readonly ort: Ort,
    private readonly session: Ort,
    readonly provider: string,
    private readonly inputs: readonly { name: string; dtype: DType }[],
    private readonly outputs: readonly { name: string; dtype: DType }[],
    private readonly floats: "float32" | "float64",
  ) {}

  /** Arrays that come back at every run (parameters that ping-pong) keep their wrappers. */
  #tensor(array: HostArray, dtype: DType): unknown {
    let tensor = this.#tensors.get(array);
    if (!tensor) {
      const type = dtype === "float" ? this.floats : dtype;
      tensor = new this.ort.Tensor(type, array.data, array.shape);
      this.#tensors.set(array, tensor);
    }
    return tensor;
  }

  async run(inputs: readonly HostArray[], outputs: readonly HostArray[]): Promise<void> {
    const feeds: Record<string, unknown> = {}, fetches: Record<string, unknown> = {};
    this.inputs.forEach(({ name, dtype }, i) => feeds[name] = this.#tensor(inputs[i], dtype));
    this.outputs.forEach(({ name, dtype }, i) => fetches[name] = this.#tensor(outputs[i], dtype));
    try {
      await this.session.run(feeds, fetches);
    } catch (cause) {
      throw new Error(runError("ONNX Runtime", cause, inputs), { cause });
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** Runs graphs in ONNX Runtime: one session per graph, one call per run. */
export const onnxEngine: Engine = {
  name: "onnx",
  async load(
    graph: Graph,
    values: readonly Value[],
    { precision, device, threads }: LoadOptions,
  ): Promise<Executable> {
    const ort = await onnxRuntime(device);
    lowerSums(graph);
    carryAddends(graph);
    const inputs = values.map((value, i) => ({ value, name: value.name ?? `x${i}`, dtype: value.dtype }));
    const outputs = graph.outputs.map((value, i) => ({ name: `y${i}`, dtype: value.dtype }));
    const bytes = encodeOnnx(graph, {
      double: precision === "float64",
      inputs,
      outputNames: outputs.map((o) => o.name),
    });
    let session;
    try {
      session = await ort.InferenceSession.create(bytes, {
        executionProviders: [device],
        intraOpNumThreads: threads,
        // Beyond "basic", a factor next to a product becomes an attribute of it, and attributes are
        // float32.
        graphOptimizationLevel: precision === "float64" ? "basic" : "all",
        logSeverityLevel: 3,
      });
    } catch (cause) {
      throw new Error(
        `Cannot load the graph in ONNX Runtime on ${device}: ${reasonOf(cause)}`,
        { cause },
      );
    }
    return new OnnxExecutable(ort, session, PROVIDERS[device], inputs, outputs, precision);
  },
};
