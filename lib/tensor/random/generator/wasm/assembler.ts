/**
 * A WebAssembly assembler, as small as the one kernel that needs it: functions of i32 arguments
 * over one memory, whose code works on vectors of four lanes, several of them side by side.
 */

/** Bytes that push one value; the argument says which of the vectors side by side it is for. */
export type Operand = (vector: number) => number[];

/** An instruction by its bytes. */
type Instruction = readonly number[];

const I32 = 0x7f, V128 = 0x7b;

/** Returns an unsigned number in LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push(value & 0x7f | 0x80);
  return [...bytes, value];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  while (value < -64 || value > 63) {
    bytes.push(value & 0x7f | 0x80);
    value >>= 7;
  }
  return [...bytes, value & 0x7f];
}

function simd(code: number): Instruction {
  return [0xfd, ...unsigned(code)];
}

/** The instructions in use, by their names in the WebAssembly specification without dots. */
export const op = {
  i32Add: [0x6a],
  i32Mul: [0x6c],
  i32LtU: [0x49],
  load: [...simd(0x00), 2, 0],
  load32Splat: [...simd(0x09), 2, 0],
  store: [...simd(0x0b), 2, 0],
  i32x4Splat: simd(0x11),
  f32x4Lt: simd(0x43),
  f32x4Le: simd(0x45),
  and: simd(0x4e),
  or: simd(0x50),
  xor: simd(0x51),
  bitselect: simd(0x52),
  anyTrue: simd(0x53),
  i32x4Shl: simd(0xab),
  i32x4ShrU: simd(0xad),
  i32x4Add: simd(0xae),
  i32x4Sub: simd(0xb1),
  f32x4Abs: simd(0xe0),
  f32x4Neg: simd(0xe1),
  f32x4Sqrt: simd(0xe3),
  f32x4Add: simd(0xe4),
  f32x4Sub: simd(0xe5),
  f32x4Mul: simd(0xe6),
  f32x4Div: simd(0xe7),
  f32x4ConvertI32x4: simd(0xfa),
  f32x4RelaxedMadd: simd(0x105),
  f32x4DemoteF64x2: simd(0x5e),
  f64x2PromoteLowF32x4: simd(0x5f),
  f64x2Add: simd(0xf0),
  f64x2Mul: simd(0xf2),
} satisfies Record<string, Instruction>;

/** Rearranges the bytes of two vectors: byte i of the result is byte `bytes[i]` of both. */
export function shuffle(bytes: readonly number[]): Instruction {
  return [...simd(0x0d), ...bytes];
}

/** Returns an i32 constant. */
export function i32(value: number): Operand {
  return () => [0x41, ...signed(value | 0)];
}

/**
 * Vector constants, kept at the start of the memory: V8 loads a vector from memory in one
 * instruction, where a constant in the code takes it several.
 */
export class ConstantPool {
  readonly #values: number[] = [];

  /** Returns a vector of four 32-bit words. */
  words(...values: readonly [number, number, number, number]): Operand {
    let place = 0;
    while (place < this.#values.length && values.some((v, i) => v !== this.#values[place + i])) place += 4;
    if (place === this.#values.length) this.#values.push(...values);
    return () => [...i32(4 * place)(0), ...op.load];
  }

  /** Returns the same 32-bit word in all lanes. */
  word(value: number): Operand {
    return this.words(value, value, value, value);
  }

  /** Returns the same float32 number in all lanes. */
  float(value: number): Operand {
    return this.word(new Uint32Array(Float32Array.of(value).buffer)[0]);
  }

  /** Returns the bytes to stand at address 0. */
  encode(): number[] {
    return [...new Uint8Array(Uint32Array.from(this.#values).buffer)];
  }
}

/** The code of one function; `width` vectors side by side overlap their latencies. */
export class FunctionBuilder {
  readonly #locals: number[] = [];
  readonly #code: number[] = [];

  /** A function of `parameters` i32 arguments. */
  constructor(private readonly parameters: number, readonly width: number, readonly pool: ConstantPool) {}

  argument(i: number): Operand {
    return () => [0x20, ...unsigned(i)];
  }

  /** Returns the index of the first of `count` new local variables. */
  #variable(type: number, count: number): number {
    const index = this.parameters + this.#locals.length;
    for (let i = 0; i < count; i++) this.#locals.push(type);
    return index;
  }

  emit(...parts: readonly (readonly number[])[]): void {
    for (const part of parts) for (const byte of part) this.#code.push(byte);
  }

  /** Returns a value computed once, for all vectors together. */
  once(type: "i32" | "v128", instruction: Instruction, ...operands: Operand[]): Operand {
    const index = this.#variable(type === "i32" ? I32 : V128, 1);
    this.emit(...operands.map((o) => o(0)), instruction, [0x21, ...unsigned(index)]);
    return () => [0x20, ...unsigned(index)];
  }

  /** Returns a value computed for each vector. */
  each(instruction: Instruction, ...operands: Operand[]): Operand {
    const index = this.#variable(V128, this.width);
    for (let v = 0; v < this.width; v++) {
      this.emit(...operands.map((o) => o(v)), instruction, [0x21, ...unsigned(index + v)]);
    }
    return (v) => [0x20, ...unsigned(index + v)];
  }

  /** Gives a local variable (an argument, or what `once` or `each` returned) a new value. */
  assign(target: Operand, vector: number, value: readonly number[]): void {
    this.emit(value, [0x21, ...target(vector).slice(1)]);
  }

  /** Runs `body` at least once, and again while the i32 condition that it returns holds. */
  doWhile(body: () => readonly number[]): void {
    this.emit([0x03, 0x40]);
    const condition = body();
    this.emit(condition, [0x0d, 0, 0x0b]);
  }

  /** Runs `body` where the i32 condition holds. */
  when(condition: readonly number[], body: () => void): void {
    this.emit(condition, [0x04, 0x40]);
    body();
    this.emit([0x0b]);
  }

  encode(): number[] {
    const locals = this.#locals.flatMap((type) => [1, type]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...new TextEncoder().encode(text)];
}

/**
 * Returns a module of functions that all take `parameters` i32 arguments and return nothing, over a
 * memory of `pages` pages that begins with the constants.
 */
export function assemble(
  functions: Record<string, FunctionBuilder>,
  parameters: number,
  pages: number,
  constants: ConstantPool,
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(functions);
  const vector = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, parameters, ...Array(parameters).fill(I32), 0]])),
    ...section(3, vector(names.map(() => [0]))),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(7, vector([[...name("memory"), 2, 0], ...names.map((n, i) => [...name(n), 0, i])])),
    ...section(10, vector(names.map((n) => functions[n].encode()))),
    ...section(11, vector([[0, ...i32(0)(0), 0x0b, ...vector(constants.encode().map((byte) => [byte]))]])),
  ]);
}
