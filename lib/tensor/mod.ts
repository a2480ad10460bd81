/** The tensor floor: tfjs in one import place, the operations it lacks, trees, and keyed randomness. @module */
export * from "./tf.ts";
export * from "./tracer.ts";
export * from "./primitive.ts";
export * from "./constant.ts";
export * from "./key.ts";
export * from "./host_array.ts";
export * from "./tree.ts";
export * from "./backend.ts";
export * from "./known.ts";
export * as special from "./special/mod.ts";
export * as linalg from "./linalg/mod.ts";
export * as random from "./random/mod.ts";
