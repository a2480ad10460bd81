/** The inside of the compiler, as far as `ppl`, `infer` and tools reach beside `mod.ts`. @module */
export { runAtOnce } from "./at_once.ts";
export { compileFor, compileOptionNames, receiveProgram } from "./compile.ts";
export { withPlaces } from "./trace/caller.ts";
export { activeTrace, eagerly } from "./trace/active.ts";
export { dependsOn, dependsOnDraws, marked } from "./trace/depends.ts";
export { type Influence, influences } from "./trace/influence.ts";
export { lean } from "./trace/lean.ts";
export { isLeaf, signatureOf } from "./trace/trace.ts";
export { currentGraph, withGraph, withoutRequirements } from "./ir/graph.ts";
export { optimise } from "./passes/mod.ts";
export type { SentProgram } from "./sent_program.ts";
export { onceEngine } from "./engine/once.ts";
export { foldInStep, pairOf, stepsOver } from "./scan.ts";
export { onnxRuntime, openSession } from "./engine/onnx_runtime.ts";
export { vectorLimits } from "./engine/wasm/limits.ts";
export { vectorMachine } from "./engine/wasm/machine.ts";
