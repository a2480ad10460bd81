/** The tensor floor: tfjs, the operations it lacks, trees, and keyed randomness. @module */
export * from "./tf.ts";
import "./inspect.ts";
import "./empty_arrays.ts";
import "./log_sum_exp.ts";
export * from "./tracer.ts";
export * from "./primitive.ts";
export * from "./constant.ts";
export * from "./key.ts";
export * from "./host_array.ts";
export * from "./tree.ts";
export { describeNode, type TreeDifference, treeDifference } from "./tree_difference.ts";
export * from "./shape.ts";
export * from "./array_limit.ts";
export * from "./known.ts";
export * from "./safetensors.ts";
export * from "./tidily.ts";
/** Special functions, each accurate in float32 and float64, with derivatives of any order. */
export * as special from "./special/mod.ts";
/** Linear algebra over the last axes of tensors. */
export * as linalg from "./linalg/mod.ts";
/** Keyed random numbers with the names of `jax.random`. */
export * as random from "./random/mod.ts";
