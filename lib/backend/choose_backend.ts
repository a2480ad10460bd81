import { shortReason } from "../system/mod.ts";
import { tf } from "../tensor/mod.ts";

/** A tfjs backend as found on this machine. */
export interface BackendReport {
  /** `tensorflow`, `webgpu`, `wasm` or `cpu`. */
  readonly name: string;
  /** True where it can be used. */
  readonly available: boolean;
  /** The reason why it can, or cannot. */
  readonly reason: string;
}

/** A backend that can be tried. */
interface Candidate {
  readonly name: string;
  /** Loads it and resolves to what was found. Rejects with the reason where it cannot be had. */
  load(): Promise<string>;
}

interface Adapter {
  info?: { description?: string; vendor?: string; architecture?: string; isFallbackAdapter?: boolean };
}

/** Loaded only here: where TensorFlow is not provisioned, nothing of it is imported for effect. */
async function tensorflow(): Promise<string> {
  const { registerTensorFlow } = await import("../tensorflow/mod.ts");
  const { library: { version }, isGpu } = await registerTensorFlow();
  return `tensorflow ${version} ${isGpu ? "gpu" : "cpu"}`;
}

async function webgpu(): Promise<string> {
  const { navigator } = globalThis as { navigator?: { gpu?: { requestAdapter(): Promise<Adapter | null> } } };
  const gpu = navigator?.gpu;
  if (!gpu) throw new Error("this runtime has no navigator.gpu");
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("no GPU adapter was found");
  const { description = "", vendor = "", architecture = "", isFallbackAdapter } = adapter.info ?? {};
  const name = description || `${vendor} ${architecture}`.trim() || "unnamed";
  // A GPU simulated on the processor is slower than the processor.
  if (isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(name)) {
    throw new Error(`the only adapter is a software one (${name})`);
  }
  await import("@tensorflow/tfjs-backend-webgpu");
  return `adapter ${name}`;
}

async function wasm(): Promise<string> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(new URL("./", import.meta.resolve("@tensorflow/tfjs-backend-wasm")).href);
  return "its module was instantiated";
}

const candidates: readonly Candidate[] = [
  { name: "tensorflow", load: tensorflow },
  { name: "webgpu", load: webgpu },
  { name: "wasm", load: wasm },
  { name: "cpu", load: () => Promise.resolve("part of tfjs, always there") },
];

/** Loads a backend and takes it into use, where that can be. */
async function take({ name, load }: Candidate): Promise<BackendReport> {
  try {
    const reason = await load();
    if (!await tf.setBackend(name)) throw new Error("tfjs could not start it");
    return { name, available: true, reason };
  } catch (error) {
    return { name, available: false, reason: shortReason(error) };
  }
}

/** Tries every backend and says which can be used and why; the one in use stays in use. */
export async function describeBackends(): Promise<BackendReport[]> {
  const before = tf.getBackend(), found: BackendReport[] = [];
  for (const candidate of candidates) found.push(await take(candidate));
  await tf.setBackend(before);
  return found;
}

/**
 * Chooses the backend that eager operations run on.
 *
 * @param name a backend, or "auto" (the default): the first of tensorflow, webgpu, wasm and cpu
 * that can be used
 * @returns the backend taken, with the reasons why better ones were not
 *
 * Throws where a backend asked for by name cannot be used.
 *
 * @example The backend that is always there
 * ```ts
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import { chooseBackend } from "@pyrosaur/pyrosaur/backend";
 * import assert from "node:assert/strict";
 *
 * const { taken } = await chooseBackend("cpu");
 * assert.equal(taken.name, "cpu");
 * assert.equal(tf.getBackend(), "cpu");
 * ```
 */
export async function chooseBackend(
  name: string = "auto",
): Promise<{ taken: BackendReport; passedOver: BackendReport[] }> {
  const passedOver: BackendReport[] = [];
  const wanted = name === "auto" ? candidates : candidates.filter((c) => c.name === name);
  if (wanted.length === 0) {
    throw new Error(
      `Invalid backend "${name}": expected auto or one of ${candidates.map((c) => c.name).join(", ")}`,
    );
  }
  for (const candidate of wanted) {
    const report = await take(candidate);
    if (report.available) return { taken: report, passedOver };
    passedOver.push(report);
  }
  throw new Error(`Cannot use the backend "${name}": ${passedOver.map((p) => p.reason).join("; ")}`);
}
