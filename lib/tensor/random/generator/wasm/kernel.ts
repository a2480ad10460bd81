import {
  access,
  assemble,
  ConstantPool,
  f32x4,
  f64x2,
  FunctionBuilder,
  type Local,
  op,
  type Operand,
  shuffle,
} from "../../../../system/wasm/mod.ts";
import { CENTRE, LOG, LOG1P, NORMAL_START, SQRT1_2, TAIL } from "../coefficients.ts";

/** The kind of draws: raw 32-bit words, uniform on [0, 1), or standard normal. */
export type KernelKind = "bits" | "uniform" | "normal";

/** The way to `a * b + c` with one rounding: the machine's own instruction, or double precision. */
export type Fma = "relaxed" | "double";

/**
 * Returns the kernel of one kind as a WebAssembly module: its function `run` of (keys, keyCount,
 * perKey, first, out) writes, for each of the keys (two words each, at address `keys`), the draws
 * `first` to `first + perKey` of its stream, one key's after the other's, at address `out`. Up to
 * `4 * width - 1` lanes after the end are overwritten. That of the kind `convert` makes the four
 * words at address `keys` normals, at `out`.
 */
export function buildKernel(
  kind: KernelKind | "convert",
  fma: Fma,
  width: number,
  pages: number,
): Uint8Array<ArrayBuffer> {
  const constants = new ConstantPool();
  const run = kind === "convert"
    ? convertFunction(fma, constants)
    : drawFunction(kind, fma, constants, width);
  return assemble({ functions: { run }, constants, memory: pages });
}

const PARAMETERS = ["i32", "i32", "i32", "i32", "i32"] as const;

function drawFunction(kind: KernelKind, fma: Fma, pool: ConstantPool, width: number): FunctionBuilder {
  const f = new FunctionBuilder(PARAMETERS, [], pool, width);
  const [keys, keyCount, perKey, first, out] = [0, 1, 2, 3, 4].map((i) => f.argument(i));
  const key = f.variable("i32"), i = f.variable("i32");
  const advance = (target: Local, by: Operand): void => f.assign(target, op.i32Add, target, by);
  f.doWhile(() => {
    const schedule = keySchedule(f, keys);
    f.assign(i, [], { i32: 0 });
    f.doWhile(() => {
      const base = f.once("v128", op.i32x4Splat, f.once("i32", op.i32Add, first, i));
      const counter = f.variable("v128", true);
      for (let v = 0; v < width; v++) {
        f.push(base);
        f.push(pool.words(4 * v, 4 * v + 1, 4 * v + 2, 4 * v + 3));
        f.emit(op.i32x4Add);
        f.set(counter, v);
      }
      const bits = hash(f, schedule, counter);
      const values = kind === "bits" ? bits : kind === "uniform" ? uniform(f, bits) : normal(f, fma, bits);
      const address = f.once("i32", op.i32Add, out, f.once("i32", op.i32Mul, i, { i32: 4 }));
      for (let v = 0; v < width; v++) {
        f.push(address);
        f.push(values, v);
        f.access(access.store, 16 * v);
      }
      advance(i, { i32: 4 * width });
      f.push(i);
      f.push(perKey);
      f.emit(op.i32LtU);
    });
    advance(out, f.once("i32", op.i32Mul, perKey, { i32: 4 }));
    advance(keys, { i32: 8 });
    advance(key, { i32: 1 });
    f.push(key);
    f.push(keyCount);
    f.emit(op.i32LtU);
  });
  return f;
}

/** Returns the words that threefry adds, at first and after each four rounds, [to x0, to x1]. */
function keySchedule(f: FunctionBuilder, keys: Operand): [Operand, Operand][] {
  const [k0, k1] = [0, 4].map((offset) => {
    const word = f.variable("v128");
    f.push(keys);
    f.access(access.load32Splat, offset);
    f.set(word);
    return word;
  });
  const k2 = f.once("v128", op.xor, f.once("v128", op.xor, k0, k1), f.pool.word(0x1bd11bda));
  const k = [k0, k1, k2];
  return Array.from({ length: 6 }, (_, r) => {
    const second = k[(r + 1) % 3];
    return [k[r % 3], r === 0 ? second : f.once("v128", op.i32x4Add, second, f.pool.word(r))];
  });
}

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];

function rotate(f: FunctionBuilder, x: Operand, by: number): Operand {
  if (by % 8 === 0) {
    const bytes = Array.from({ length: 16 }, (_, i) => (i & ~3) | (i + 4 - by / 8) % 4);
    return f.each(shuffle(bytes), x, x);
  }
  return f.each(op.or, f.each(op.i32x4Shl, x, { i32: by }), f.each(op.i32x4ShrU, x, { i32: 32 - by }));
}

/** Returns the xor of the two words of threefry2x32 with 20 rounds at the counters (0, counter). */
function hash(f: FunctionBuilder, schedule: [Operand, Operand][], counter: Operand): Operand {
  let x0 = schedule[0][0], x1 = f.each(op.i32x4Add, counter, schedule[0][1]);
  for (let group = 0; group < 5; group++) {
    for (const rotation of ROTATIONS[group % 2]) {
      x0 = f.each(op.i32x4Add, x0, x1);
      x1 = f.each(op.xor, rotate(f, x1, rotation), x0);
    }
    x0 = f.each(op.i32x4Add, x0, schedule[group + 1][0]);
    x1 = f.each(op.i32x4Add, x1, schedule[group + 1][1]);
  }
  return f.each(op.xor, x0, x1);
}

/** Returns the upper 23 bits as the mantissa of a number in [1, 2), less 1. */
function uniform(f: FunctionBuilder, bits: Operand): Operand {
  const mantissa = f.each(op.or, f.each(op.i32x4ShrU, bits, { i32: 9 }), f.pool.word(0x3f800000));
  return f.each(f32x4.Sub, mantissa, f.pool.float(1));
}

/** sqrt(2) erfinv(2 u - 1): the steps of `../normal_from_bits.ts`, four lanes at a time. */
function normal(f: FunctionBuilder, fma: Fma, bits: Operand): Operand {
  const add = (a: Operand, b: Operand): Operand => f.each(f32x4.Add, a, b);
  const sub = (a: Operand, b: Operand): Operand => f.each(f32x4.Sub, a, b);
  const mul = (a: Operand, b: Operand): Operand => f.each(f32x4.Mul, a, b);
  const madd = (a: Operand, b: Operand, c: Operand): Operand => multiplyAdd(f, fma, a, b, c);
  const select = (yes: Operand, no: Operand, mask: Operand): Operand => f.each(op.bitselect, yes, no, mask);
  const horner = (coefficients: readonly number[], x: Operand): Operand =>
    coefficients.slice(1).reduce<Operand>(
      (sum, c) => madd(sum, x, f.pool.float(c)),
      f.pool.float(coefficients[0]),
    );

  const u = uniform(f, bits);
  const x = add(add(u, u), f.pool.float(NORMAL_START));
  const y = f.each(f32x4.Neg, mul(x, x));

  // log(1 + y), for y away from 0.
  const t = add(y, f.pool.float(1));
  const half = f.each(op.or, f.each(op.and, t, f.pool.word(0x7fffff)), f.pool.word(0x3f000000));
  const low = f.each(f32x4.Lt, half, f.pool.float(SQRT1_2));
  const z = add(sub(half, f.pool.float(1)), f.each(op.and, half, low));
  const exponent = sub(
    f.each(op.f32x4ConvertI32x4, f.each(op.i32x4Sub, f.each(op.i32x4ShrU, t, { i32: 23 }), f.pool.word(126))),
    f.each(op.and, f.pool.float(1), low),
  );
  const z2 = mul(z, z), z3 = mul(z2, z);
  const [p0, p1, p2] = LOG.polynomials.map((p) => horner(p, z));
  const log = madd(
    exponent,
    f.pool.float(LOG.ln2High),
    add(
      madd(z2, f.pool.float(-0.5), z),
      madd(z3, madd(madd(p0, z3, p1), z3, p2), mul(exponent, f.pool.float(LOG.ln2Low))),
    ),
  );

  // log1p(y), for y near 0.
  const y2 = mul(y, y);
  const quotient = f.each(f32x4.Div, horner(LOG1P.numerator, y), horner(LOG1P.denominator, y));
  const near = add(y, madd(y2, f.pool.float(-0.5), mul(mul(y, y2), quotient)));
  const logarithm = select(near, log, f.each(f32x4.Lt, f.each(f32x4.Abs, y), f.pool.float(LOG1P.below)));

  const factor = f.each([], horner(CENTRE, sub(f.pool.float(-2.5), logarithm)));
  const inTail = f.each(f32x4.Le, logarithm, f.pool.float(-5));
  for (let v = 0; v < f.width; v++) {
    f.push(inTail, v);
    if (v > 0) f.emit(op.or);
  }
  f.emit(op.anyTrue);
  f.when(() => {
    const root = f.each(f32x4.Sqrt, f.each(f32x4.Neg, logarithm));
    const tail = select(horner(TAIL, sub(root, f.pool.float(3))), factor, inTail);
    for (let v = 0; v < f.width; v++) {
      f.push(tail, v);
      f.set(factor, v);
    }
  });
  return mul(mul(x, factor), f.pool.float(Math.SQRT2));
}

function multiplyAdd(f: FunctionBuilder, fma: Fma, a: Operand, b: Operand, c: Operand): Operand {
  if (fma === "relaxed") return f.each(f32x4.RelaxedMadd, a, b, c);
  const upper = (x: Operand): Operand =>
    f.each(shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]), x, x);
  const wide = (x: Operand): Operand => f.each(op.f64x2PromoteLowF32x4, x);
  const half = (p: Operand, q: Operand, r: Operand): Operand =>
    f.each(op.f32x4DemoteF64x2, f.each(f64x2.Add, f.each(f64x2.Mul, wide(p), wide(q)), wide(r)));
  const join = shuffle([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
  return f.each(join, half(a, b, c), half(upper(a), upper(b), upper(c)));
}

function convertFunction(fma: Fma, pool: ConstantPool): FunctionBuilder {
  const f = new FunctionBuilder(PARAMETERS, [], pool), words = f.variable("v128");
  f.push(f.argument(0));
  f.access(access.load);
  f.set(words);
  const values = normal(f, fma, words);
  f.push(f.argument(4));
  f.push(values);
  f.access(access.store);
  return f;
}
