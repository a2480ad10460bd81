import type { Device, EngineName } from "../../lib/compile/mod.ts";

/** A way to run a measurement: an engine, or tfjs with one of its backends. */
export interface Column {
  /** Its name in measurements. */
  readonly name: string;
  readonly engine: EngineName;
  /** With engine `tfjs`, the backend. */
  readonly backend?: string;
  readonly device: Device;
}

/** Everything that may run on the processor. */
export const CPU_COLUMNS: readonly Column[] = [
  { name: "tensorflow", engine: "tfjs", backend: "tensorflow", device: "cpu" },
  { name: "xla", engine: "xla", device: "cpu" },
  { name: "onnx", engine: "onnx", device: "cpu" },
  { name: "js", engine: "js", device: "cpu" },
  { name: "vectors", engine: "wasm", device: "cpu" },
  { name: "auto", engine: "auto", device: "cpu" },
  { name: "wasm", engine: "tfjs", backend: "wasm", device: "cpu" },
  { name: "cpu", engine: "tfjs", backend: "cpu", device: "cpu" },
];

/** Everything that may run on an NVIDIA GPU. */
export const CUDA_COLUMNS: readonly Column[] = [
  { name: "tensorflow", engine: "tfjs", backend: "tensorflow", device: "cuda" },
  { name: "xla", engine: "xla", device: "cuda" },
  { name: "onnx", engine: "onnx", device: "cuda" },
];
