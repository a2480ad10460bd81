/** Models of the experiments, to be used and built upon. @module */
export * from "./rugged.ts";
export * from "./dmm/mod.ts";
export * from "./neural_process/mod.ts";
