/** The compiler: functions as graphs that are differentiated, optimised and run. @module */
export { type AnyFunction, compile, type Compiled, type CompileOptions, type EngineName } from "./compile.ts";
export type { Fission } from "./passes/mod.ts";
export { Program, type ProgramParts, type RunOptions } from "./program.ts";
export { grad, type GradOptions, hessian, jvp, stopGradient, valueAndGrad, vjp } from "./grad/mod.ts";
export { scan, type ScanOptions } from "./scan.ts";
export { vmap, type VmapOptions } from "./vmap.ts";
export { type ExportedModel, type ExportedValue, exportOnnx, type ExportOptions } from "./export.ts";
export { type Axes, type InputSpec, trace, type Traced } from "./trace/trace.ts";
export { tracedKernels } from "./trace/kernels/mod.ts";
export { isTracing } from "./trace/active.ts";
export type { Device, EngineCall } from "./engine/engine.ts";
export type { PortableBuffer, PortableProgram, Precision, SteadyProduct } from "./engine/portable.ts";
export type { Captured, ConstantData, DType, Graph, Lifted, Node, Op, Value } from "./ir/graph.ts";
export type { Dims, Size, Sizes, SymbolicSize } from "./ir/size.ts";
export type { KeyOrigin, KeyStep, NoiseInput } from "./trace/active.ts";
