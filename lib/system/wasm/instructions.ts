/** An instruction by its bytes. */
export type Instruction = readonly number[];

/** An instruction on memory by its bytes; alignment and offset follow them. */
export interface MemoryInstruction {
  readonly code: Instruction;
  /** The binary logarithm of the bytes that it moves. */
  readonly align: number;
}

/** The type of a local variable, a parameter or a result. */
export type Type = "i32" | "f64" | "v128";

/** The types' bytes. */
export const TYPES: Readonly<Record<Type, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

function simd(code: number): Instruction {
  const bytes = [0xfd];
  for (; code > 0x7f; code >>>= 7) bytes.push(code & 0x7f | 0x80);
  return [...bytes, code];
}

/** Arithmetic of both vectors of floats: names, and codes in f32x4 and f64x2. */
const FLOAT = {
  Ceil: [0x67, 0x74],
  Floor: [0x68, 0x75],
  Nearest: [0x6a, 0x94],
  Abs: [0xe0, 0xec],
  Neg: [0xe1, 0xed],
  Sqrt: [0xe3, 0xef],
  Add: [0xe4, 0xf0],
  Sub: [0xe5, 0xf1],
  Mul: [0xe6, 0xf2],
  Div: [0xe7, 0xf3],
  Min: [0xe8, 0xf4],
  Max: [0xe9, 0xf5],
  // The second operand where neither is smaller, in one instruction: pmin(x, y) is y < x ? y : x.
  Pmin: [0xea, 0xf6],
  Pmax: [0xeb, 0xf7],
  Eq: [0x41, 0x47],
  Ne: [0x42, 0x48],
  Lt: [0x43, 0x49],
  Gt: [0x44, 0x4a],
  Le: [0x45, 0x4b],
  Ge: [0x46, 0x4c],
  Splat: [0x13, 0x14],
  RelaxedMadd: [0x105, 0x107],
  RelaxedNmadd: [0x106, 0x108],
} as const;

/** The instructions of a vector of floats by their names without the type. */
export type FloatInstructions = Readonly<Record<keyof typeof FLOAT, Instruction>>;

const floats = (side: 0 | 1): FloatInstructions =>
  Object.fromEntries(Object.entries(FLOAT).map(([name, codes]) => [name, simd(codes[side])])) as any;

/** Arithmetic of four float32 numbers. */
export const f32x4: FloatInstructions = floats(0);

/** Arithmetic of two float64 numbers. */
export const f64x2: FloatInstructions = floats(1);

/** Further instructions, by their names in the WebAssembly specification without dots. */
export const op = {
  i32Eqz: [0x45],
  i32LtS: [0x48],
  select: [0x1b],
  i32LtU: [0x49],
  i32GtS: [0x4a],
  i32GeS: [0x4e],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Mul: [0x6c],
  i32And: [0x71],
  i32Or: [0x72],
  i32Shl: [0x74],
  f64Add: [0xa0],
  f64Max: [0xa5],
  f64Min: [0xa4],
  f32DemoteF64: [0xb6],
  f64PromoteF32: [0xbb],
  and: simd(0x4e),
  andnot: simd(0x4f),
  or: simd(0x50),
  xor: simd(0x51),
  not: simd(0x4d),
  bitselect: simd(0x52),
  anyTrue: simd(0x53),
  i32x4Splat: simd(0x11),
  i32x4Eq: simd(0x37),
  i32x4Ne: simd(0x38),
  i32x4GeU: simd(0x40),
  i32x4Shl: simd(0xab),
  i32x4ShrS: simd(0xac),
  i32x4ShrU: simd(0xad),
  i32x4Add: simd(0xae),
  i32x4Sub: simd(0xb1),
  i64x2Shl: simd(0xcb),
  i64x2ShrS: simd(0xcc),
  i64x2ShrU: simd(0xcd),
  i64x2Add: simd(0xce),
  i64x2Sub: simd(0xd1),
  i64x2Ne: simd(0xd7),
  i16x8ExtendLowI8x16U: simd(0x89),
  i32x4ExtendLowI16x8U: simd(0xa9),
  i64x2ExtendLowI32x4U: simd(0xc9),
  i64x2ExtendLowI32x4S: simd(0xc7),
  f32x4ConvertI32x4: simd(0xfa),
  f64x2ConvertLowI32x4: simd(0xfe),
  i32x4TruncSatF32x4: simd(0xf8),
  i32x4TruncSatF64x2Zero: simd(0xfc),
  f32x4DemoteF64x2: simd(0x5e),
  f64x2PromoteLowF32x4: simd(0x5f),
} satisfies Record<string, Instruction>;

const memory = (code: Instruction, align: number): MemoryInstruction => ({ code, align });

/** Loads and stores. */
export const access = {
  load: memory(simd(0x00), 2),
  load8Splat: memory(simd(0x07), 0),
  load16Splat: memory(simd(0x08), 0),
  load32Splat: memory(simd(0x09), 2),
  load64Splat: memory(simd(0x0a), 2),
  load32Zero: memory(simd(0x5c), 0),
  load64Zero: memory(simd(0x5d), 2),
  store: memory(simd(0x0b), 2),
  f64Load: memory([0x2b], 3),
  f64Store: memory([0x39], 3),
} satisfies Record<string, MemoryInstruction>;

/** Moves one lane between memory and a vector: bits wide, load or store. */
export function lane(what: "load" | "store", bits: 8 | 16 | 32 | 64): MemoryInstruction {
  const width = [8, 16, 32, 64].indexOf(bits);
  return memory(simd((what === "load" ? 0x54 : 0x58) + width), Math.min(2, width));
}

/** Rearranges the bytes of two vectors: byte i of the result is byte `bytes[i]` of both. */
export function shuffle(bytes: readonly number[]): Instruction {
  return [...simd(0x0d), ...bytes];
}

/** Takes one float out of a vector. */
export function extract(type: "f32x4" | "f64x2", at: number): Instruction {
  return [...simd(type === "f32x4" ? 0x1f : 0x21), at];
}

/** Puts one float into a vector. */
export function replace(type: "f32x4" | "f64x2", at: number): Instruction {
  return [...simd(type === "f32x4" ? 0x20 : 0x22), at];
}
