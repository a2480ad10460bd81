/**
 * An assembler of WebAssembly: functions over one memory, whose code works on vectors, several of
 * them side by side. Measured beside packages that do the same: `binaryen` takes 140 ms to load and
 * 12 for a first module, `wabt` 31 and 21; a small model is to be ready within 300 ms as a whole
 * process.
 *
 * @module
 */
export { ConstantPool } from "./constants.ts";
export { FunctionBuilder } from "./function.ts";
export type { Local, Operand } from "./operand.ts";
export {
  access,
  extract,
  f32x4,
  f64x2,
  type FloatInstructions,
  type Instruction,
  lane,
  type MemoryInstruction,
  op,
  replace,
  shuffle,
  type Type,
} from "./instructions.ts";
export { assemble, type ImportedFunction, type ModuleParts } from "./module.ts";
