/**
 * TensorFlow in Deno, over its C API through `Deno.dlopen`: no addon, no compiler, no Python at run
 * time.
 *
 * It serves two uses. As a backend of tfjs it runs tfjs-node's own kernels:
 *
 * ```ts ignore
 * import { registerTensorFlow } from "@pyrosaur/pyrosaur/tensorflow";
 * import * as tf from "@tensorflow/tfjs";
 *
 * await registerTensorFlow(); // { device: "cpu" } and { intraOpThreads: 4 } are options
 * await tf.setBackend("tensorflow");
 * tf.matMul(a, b).print();
 * ```
 *
 * And any operation of TensorFlow may be run by its name, on tensors of any element type:
 *
 * ```ts ignore
 * import { context, execute, readTensor, tensorFrom } from "@pyrosaur/pyrosaur/tensorflow";
 *
 * const c = context(), x = tensorFrom(c, "float64", [2, 2], Float64Array.of(4, 2, 2, 3));
 * const [factor] = execute(c, "Cholesky", [x]);
 * console.log(readTensor(c, factor).data); // Float64Array [2, 0, 1, 1.414...]
 * c.free(factor);
 * ```
 *
 * The library itself, 0.85 GB, comes from the package index by `deno task engine tensorflow`
 * (`--gpu`: with CUDA; `--from DIR`: from a Python environment); `PYROSAUR_TENSORFLOW` names
 * another folder. Its files are checked by their hashes before any of their code runs. Where it is
 * absent, importing this module does nothing and calls throw. Permissions: `--allow-ffi` (without a
 * scope), `--allow-read` and `--allow-env`; with `--allow-write` the check is remembered. Built and
 * tested on Linux x86_64.
 *
 * Tensors are freed when they are disposed of, when JavaScript forgets them, and, where a Worker
 * was terminated, when the next context is made.
 *
 * @module
 */
export { type Library, type LibraryOptions, openLibrary } from "./library.ts";
export * from "./symbols.ts";
export type { Owner } from "./owner.ts";
export * from "./engine_folder.ts";
export * from "./releases.ts";
export { withFlag } from "./xla_cache.ts";
export { verifyFiles } from "./verify.ts";
export { Context, context, type DeviceInfo, type Handle } from "./context.ts";
export type { ContextOptions } from "./config.ts";
export { type Address, addressOf } from "./memory.ts";
export { type DType, DTYPE_CODES, type TensorData } from "./dtype.ts";
export * from "./tensors.ts";
export type { Attribute, Attributes, TypeName } from "./attributes.ts";
export { execute, Operation } from "./ops.ts";
export { Status, TensorFlowError } from "./status.ts";
export { registerTensorFlow } from "./backend.ts";
