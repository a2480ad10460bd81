import process from "node:process";
import type * as Ort from "onnxruntime-node";
import { reasonOf } from "../../system/mod.ts";
import type { Device } from "./engine.ts";

/** ONNX Runtime, as its package exports it. */
export type OnnxRuntime = typeof Ort;

let runtime: Promise<OnnxRuntime> | undefined, hasCuda = false;

async function load(withCuda: boolean): Promise<OnnxRuntime> {
  if (withCuda) (await import("./cuda/mod.ts")).loadCudaProvider();
  // It keeps a telemetry database in the user's cache unless told otherwise before the import.
  try {
    process.env.ORT_DISABLE_TELEMETRY ||= "1";
  } catch { /* without permission to set it, the caller's environment decides */ }
  const module = await import("onnxruntime-node");
  return (module as OnnxRuntime & { default?: OnnxRuntime }).default ?? module;
}

/**
 * ONNX Runtime, imported on first use.
 *
 * Throws for device `cuda` where its provider cannot be had, and where ONNX Runtime was imported
 * without it.
 */
export function onnxRuntime(device: Device = "cpu"): Promise<OnnxRuntime> {
  if (device === "cuda" && !hasCuda && runtime) {
    throw new Error(
      "Cannot use CUDA: ONNX Runtime is in this process already, without it; the first function that is compiled must ask for " +
        'device "cuda"',
    );
  }
  if (runtime) return runtime;
  hasCuda = device === "cuda";
  runtime = load(hasCuda);
  // A failure is not kept: the next call tries again, perhaps on another device.
  runtime.catch(() => runtime = undefined);
  return runtime;
}

/**
 * Resolves to the number of threads to ask ONNX Runtime for: left to itself (0) it takes all cores
 * of the machine, those too that a job of a cluster or of a container may not run on.
 *
 * @param threads asked for, or 0
 */
export async function threadsFor(threads: number): Promise<number> {
  if (threads > 0) return threads;
  const { availableParallelism, cpus } = await import("node:os");
  try {
    const allowed = availableParallelism();
    return allowed < cpus().length ? allowed : 0;
  } catch { // without permission to look at the machine
    return 0;
  }
}

/** Options of a session. */
interface SessionOptions {
  /** The device it runs on (default "cpu"). */
  readonly device?: Device;
  /** Threads within one operation (default: as many as cores that the process may run on). */
  readonly threads?: number;
  /** The name of the model in messages (default "the model"). */
  readonly source?: string;
  /** The level of ONNX Runtime's own rewriting of the graph (default "all"). */
  readonly optimisation?: "basic" | "all";
  /** Further options of ONNX Runtime. */
  readonly extra?: Record<string, unknown>;
}

/**
 * Opens a session of a model in ONNX Runtime.
 *
 * @throws (rejects) Error where it is not one that ONNX Runtime takes, and where the device cannot
 * be used.
 */
export async function openSession(
  bytes: Uint8Array,
  { device = "cpu", threads = 0, source = "the model", optimisation = "all", extra }: SessionOptions = {},
  ort?: OnnxRuntime,
): Promise<{ ort: OnnxRuntime; session: Ort.InferenceSession }> {
  ort ??= await onnxRuntime(device);
  try {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [device],
      intraOpNumThreads: await threadsFor(threads),
      graphOptimizationLevel: optimisation,
      // It would keep a block as large as all values of a run, beside the arena.
      enableMemPattern: false,
      logSeverityLevel: 3,
      ...extra && { extra },
    });
    return { ort, session };
  } catch (cause) {
    throw new Error(`Cannot load ${source} in ONNX Runtime on ${device}: ${reasonOf(cause)}`, { cause });
  }
}
