/**
 * TensorFlow in Deno, over its C API through `Deno.dlopen`: no addon, no compiler, no Python at run time.
 *
 * - {@link openLibrary} finds, checks and opens the library; {@link context} is what operations run in.
 * - {@link tensorFrom}, {@link readTensor}, {@link readTensorInto}, {@link bytesOf}, {@link devicePointer}: arrays and tensors.
 * - {@link execute} runs an operation by name, {@link Operation} one that is run again and again.
 * - {@link registerTensorFlow} makes tfjs-node's kernels run on it, as tfjs's backend `tensorflow`.
 * - {@link TensorFlowError} is what TensorFlow reports.
 *
 * @module
 */
export { type Library, type LibraryOptions, openLibrary } from "./library.ts";
export type { Symbols } from "./symbols.ts";
export { engineDir, enginesDir, findEngine, installedEngines } from "./folder.ts";
export { type EngineFile, type Release, RELEASES, thisSystem, VERSION } from "./releases.ts";
export { verifyFiles } from "./verify.ts";
export { Context, context, type DeviceInfo, type Handle } from "./context.ts";
export type { ContextOptions } from "./config.ts";
export { type Address, addressOf } from "./memory.ts";
export { type DType, DTYPE_CODES, type TensorData } from "./dtype.ts";
export {
  bytesOf,
  copyToDevice,
  describeTensor,
  deviceOf,
  devicePointer,
  readTensor,
  readTensorInto,
  tensorFrom,
  type TensorInfo,
} from "./tensors.ts";
export type { Attribute, Attributes, TypeName } from "./attributes.ts";
export { execute, Operation } from "./ops.ts";
export { Status, TensorFlowError } from "./status.ts";
export { registerTensorFlow } from "./backend.ts";
