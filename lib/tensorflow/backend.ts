import util from "node:util";
import { tf } from "../tensor/mod.ts";
import { Binding } from "./binding.ts";
import type { ContextOptions } from "./config.ts";
import { type Context, context } from "./context.ts";
import { freeForgotten, type TensorMap } from "./free_forgotten.ts";
import { patchKernels } from "./kernels.ts";
import type { LibraryOptions } from "./library.ts";

/** The name tfjs knows the backend by. */
const NAME = "tensorflow";

let registered: Promise<Context> | undefined;

async function register(options: ContextOptions & LibraryOptions): Promise<Context> {
  // What is missing is found before anything of tfjs-node is loaded.
  const found = context(options), binding = new Binding(found);
  // tfjs-node calls two functions that node:util had until Node.js 23.
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray ??= Array.isArray;
  const { default: { NodeJSKernelBackend } } = await import(
    "@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js"
  );
  await import("@tensorflow/tfjs-node/dist/register_all_kernels.js");
  patchKernels(NAME);
  const backend = new NodeJSKernelBackend(
    binding as never,
    found.isGpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node",
  );
  // Its types call the map private.
  freeForgotten((backend as unknown as { readonly tensorMap: TensorMap }).tensorMap, binding);
  // What tfjs counts is what there is.
  backend.memory = () => ({ unreliable: false });
  // 3: before WebGPU and the others, were tfjs to choose.
  tf.registerBackend(NAME, () => backend as never, 3);
  return found;
}

/**
 * Registers tfjs's backend `tensorflow`: the kernels of tfjs-node, unchanged, on TensorFlow's C
 * API. `tf.setBackend` then takes it. Later calls change nothing and resolve to the same context.
 *
 * Rejects where TensorFlow is not provisioned, damaged, or cannot be loaded.
 */
export function registerTensorFlow(options: ContextOptions & LibraryOptions = {}): Promise<Context> {
  return registered ??= register(options).catch((error) => {
    registered = undefined;
    throw error;
  });
}
