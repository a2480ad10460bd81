import {
  f32x4,
  f64x2,
  type FloatInstructions,
  type FunctionBuilder,
  type Instruction,
  op,
  type Operand,
} from "../../../system/wasm/mod.ts";
import type { Precision } from "../portable.ts";

/** The numbers of a float's format that functions of its bits need. */
interface Format {
  /** Bits after the point. */
  readonly bits: number;
  /** 1.5 times 2^bits: added to a small number, it leaves a whole number in the lowest bits. */
  readonly whole: number;
  /** The same and the bias of exponents: its lowest bits are then the exponent of 2^n. */
  readonly biased: number;
  /** The least number with all its bits. */
  readonly least: number;
}

const FORMATS: Readonly<Record<Precision, Format>> = {
  float32: { bits: 23, whole: 12582912, biased: 12582912 + 127, least: 2 ** -126 },
  float64: {
    bits: 52,
    whole: 6755399441055744,
    biased: 6755399441055744 + 1023,
    least: 2 ** -1022,
  },
};

/** The sine and the cosine of what an angle exceeds a whole number of right angles by. */
export interface AngleParts {
  readonly sin: Operand;
  readonly cos: Operand;
  /** The whole number, in the lowest bits. */
  readonly whole: Operand;
}

/** Arithmetic on vectors of floats of one precision, written into a function. */
export class Lanes {
  readonly format: Format;
  /** The parts of trigonometric functions by their argument. */
  angles: WeakMap<Operand, AngleParts> = new WeakMap();
  /** The values of e^-|x| by x, which of -x and |x| are the same. */
  exponentials: WeakMap<Operand, Operand> = new WeakMap();
  /** The numbers that -x and |x| are made of. */
  readonly origins: WeakMap<Operand, Operand> = new WeakMap();
  readonly #float: FloatInstructions;
  /** Tells whether only the first lane counts; the others then hold the same number. */
  isSingle = false;

  /** @param isFused whether the machine multiplies and adds with one rounding */
  constructor(
    readonly f: FunctionBuilder,
    readonly precision: Precision,
    readonly isFused: boolean,
  ) {
    this.format = FORMATS[precision];
    this.#float = precision === "float32" ? f32x4 : f64x2;
  }

  get isDouble(): boolean {
    return this.precision === "float64";
  }

  /** Floats in a vector. */
  get count(): number {
    return this.isDouble ? 2 : 4;
  }

  /** The instruction that puts one float into all lanes. */
  get splat(): Instruction {
    return this.#float.Splat;
  }

  /** Returns the same number in all lanes. */
  number(value: number): Operand {
    return this.isDouble ? this.f.pool.double(value) : this.f.pool.float(value);
  }

  /** Returns the same bits in all lanes: those of the upper half in float64, whose lower are 0. */
  bits(float32: number, upper: number, lower = 0): Operand {
    return this.isDouble ? this.f.pool.long(lower, upper) : this.f.pool.word(float32);
  }

  /** Returns the result of an instruction on floats. */
  of(name: keyof FloatInstructions, ...operands: Operand[]): Operand {
    return this.f.each(this.#float[name], ...operands);
  }

  add(a: Operand, b: Operand): Operand {
    return this.of("Add", a, b);
  }

  sub(a: Operand, b: Operand): Operand {
    return this.of("Sub", a, b);
  }

  mul(a: Operand, b: Operand): Operand {
    return this.of("Mul", a, b);
  }

  div(a: Operand, b: Operand): Operand {
    return this.of("Div", a, b);
  }

  /** a * b + c, with one rounding where the machine can. */
  madd(a: Operand, b: Operand, c: Operand): Operand {
    return this.isFused ? this.of("RelaxedMadd", a, b, c) : this.add(this.mul(a, b), c);
  }

  /** c - a * b, with one rounding where the machine can. */
  nmadd(a: Operand, b: Operand, c: Operand): Operand {
    return this.isFused ? this.of("RelaxedNmadd", a, b, c) : this.sub(c, this.mul(a, b));
  }

  /** Returns a polynomial, the coefficient of the highest power first. */
  horner(coefficients: readonly number[], x: Operand): Operand {
    return coefficients.slice(1).reduce<Operand>(
      (sum, c) => this.madd(sum, x, this.number(c)),
      this.number(coefficients[0]),
    );
  }

  /** `yes` where the mask's bits are set, else `no`. */
  select(mask: Operand, yes: Operand, no: Operand): Operand {
    return this.f.each(op.bitselect, yes, no, mask);
  }

  and(a: Operand, b: Operand): Operand {
    return this.f.each(op.and, a, b);
  }

  or(a: Operand, b: Operand): Operand {
    return this.f.each(op.or, a, b);
  }

  not(a: Operand): Operand {
    return this.f.each(op.not, a);
  }

  /** The result of an instruction on whole numbers of a float's width. */
  integer(name: "Add" | "Sub" | "ShrU" | "Shl", a: Operand, b: Operand): Operand {
    const instructions: Record<typeof name, readonly [Instruction, Instruction]> = {
      Add: [op.i32x4Add, op.i64x2Add],
      Sub: [op.i32x4Sub, op.i64x2Sub],
      ShrU: [op.i32x4ShrU, op.i64x2ShrU],
      Shl: [op.i32x4Shl, op.i64x2Shl],
    };
    return this.f.each(instructions[name][Number(this.isDouble)], a, b);
  }

  /** `x` within limits; NaN stays. */
  within(x: Operand, low: number, high: number): Operand {
    return this.of("Pmax", this.of("Pmin", x, this.number(high)), this.number(low));
  }

  /**
   * Returns 2^n, given n + `format.biased`, for n from the exponent of the least to the largest.
   */
  power(shifted: Operand): Operand {
    return this.integer("Shl", shifted, { i32: this.format.bits });
  }
}
