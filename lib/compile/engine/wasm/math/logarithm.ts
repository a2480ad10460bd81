import { op, type Operand } from "../../../../system/wasm/mod.ts";
import type { Lanes } from "../lanes.ts";
import { expOfMinusAbs } from "./exponential.ts";
import { rarely } from "./rarely.ts";

/** (log(1 + f) - f) / f^2 for 1 + f from sqrt(1/2) to sqrt(2): off by 2^-27 of the logarithm. */
const REST = [
  0.08700282126665115,
  -0.14267465472221375,
  0.14914806187152863,
  -0.16577588021755219,
  0.19963060319423676,
  -0.2500133812427521,
  0.3333390951156616,
  -0.5,
];

/** (log(1 + f) - f + f^2/2 - ...) as fdlibm has it, a polynomial in (f / (2 + f))^2. */
const SERIES = [
  1.479819860511658591e-01,
  1.531383769920937332e-01,
  1.818357216161805012e-01,
  2.222219843214978396e-01,
  2.857142874366239149e-01,
  3.999999999940941908e-01,
  6.666666666666735130e-01,
];

/** log(2) in two parts: products of the first with exponents are exact. */
const LOG2 = [6.93147180369123816490e-01, 1.90821492927058770002e-10];

/** The exponent of x, in the bits, where x = 2^k m and m is from sqrt(1/2) to sqrt(2). */
function shiftOf(l: Lanes, x: Operand): Operand {
  const more = l.integer("Sub", x, l.bits(0x3f3504f3, 0x3fe6a09e));
  return l.and(more, l.bits(0xff800000, 0xfff00000));
}

/** The unit of `exponent`: float32 numbers keep it in its place among the bits. */
const unitOf = (l: Lanes): number => l.isDouble ? 1 : 2 ** l.format.bits;

/** Returns k of bits of an exponent as a float, in units of `unitOf`. */
function exponent(l: Lanes, shift: Operand): Operand {
  if (!l.isDouble) return l.f.each(op.f32x4ConvertI32x4, shift);
  // A whole number below 2^52, as the last bits of a float.
  const biased = l.integer("ShrU", l.integer("Add", shift, l.bits(0, 0x3ff00000)), { i32: l.format.bits });
  return l.sub(l.or(biased, l.bits(0, 0x43300000)), l.number(2 ** l.format.bits + 1023));
}

/** Returns k and f where x = 2^k (1 + f), 1 + f from sqrt(1/2) to sqrt(2); for normal x > 0. */
function parts(l: Lanes, x: Operand): { k: Operand; f: Operand } {
  const shift = shiftOf(l, x);
  return { k: exponent(l, shift), f: l.sub(l.integer("Sub", x, shift), l.number(1)) };
}

/** k log(2) + log(1 + f). */
function joined(l: Lanes, k: Operand, f: Operand): Operand {
  if (!l.isDouble) {
    const near = l.madd(l.mul(f, f), l.horner(REST, f), f);
    return l.madd(k, l.number(Math.LN2 / unitOf(l)), near);
  }
  return l.madd(k, l.number(LOG2[0]), l.sub(f, rest(l, k, f)));
}

/** k times the first part of log(2), and f, less k log(2) + log(1 + f), in float64. */
function rest(l: Lanes, k: Operand, f: Operand): Operand {
  const s = l.div(f, l.add(l.number(2), f)), z = l.mul(s, s), half = l.mul(l.mul(f, f), l.number(0.5));
  return l.sub(half, l.madd(s, l.madd(l.horner(SERIES, z), z, half), l.mul(k, l.number(LOG2[1]))));
}

/** The same for float32. */
const LOG2_SINGLE = [0.693138122558594, 9.058000614553942e-06];

/** log(x) of normal numbers of at least 1.5 as a sum, of which the second is small. */
export function logParts(l: Lanes, x: Operand): [high: Operand, low: Operand] {
  const { k, f } = parts(l, x), [first, second] = l.isDouble ? LOG2 : LOG2_SINGLE;
  const whole = l.mul(k, l.number(first / unitOf(l))), high = l.add(whole, f);
  const lost = l.add(l.sub(whole, high), f);
  if (l.isDouble) return [high, l.sub(lost, rest(l, k, f))];
  const small = l.mul(k, l.number(second / unitOf(l)));
  return [high, l.add(lost, l.madd(l.mul(f, f), l.horner(REST, f), small))];
}

/** (log((1 + s) / (1 - s)) - 2 s) / s^3 for 1 + s from sqrt(1/2) to sqrt(2): off by 8e-10. */
const SHORT = [0.29874352356622164, 0.39977440353569377, 0.6666677673105347];

/** log(x) of positive normal numbers in float64, to the digits of float32. */
export function shortLog(l: Lanes, x: Operand): Operand {
  const { k, f } = parts(l, x), s = l.div(f, l.add(l.number(2), f)), z = l.mul(s, s);
  return l.madd(k, l.number(Math.LN2), l.mul(s, l.madd(l.horner(SHORT, z), z, l.number(2))));
}

/** Puts in the values at 0, below it, at infinity and at NaN, for log(at). */
function atEdges(l: Lanes, at: Operand, result: Operand): Operand {
  const zero = l.number(0);
  const finite = l.select(l.of("Lt", at, l.number(Infinity)), result, at);
  const above = l.select(l.of("Lt", at, zero), l.number(NaN), finite);
  return l.select(l.of("Eq", at, zero), l.number(-Infinity), above);
}

/** Returns a mask of the numbers that are not positive normal ones below 2^exponent. */
function isBeyond(l: Lanes, x: Operand, exponent: number): Operand {
  const { least } = l.format;
  if (l.isDouble) return l.not(l.and(l.of("Ge", x, l.number(least)), l.of("Lt", x, l.number(2 ** exponent))));
  // Their bits are whole numbers in a row.
  const first = 1 << 23, count = (exponent + 126) << 23;
  return l.f.each(op.i32x4GeU, l.integer("Sub", x, l.bits(first, 0)), l.bits(count, 0));
}

/** log(x): within 1.3 ulp in float32, 1.5e-16 in float64. */
export function log(l: Lanes, x: Operand): Operand {
  const { bits, least } = l.format, { k, f } = parts(l, x);
  return rarely(l, isBeyond(l, x, l.isDouble ? 1024 : 128), joined(l, k, f), () => {
    const shift = bits + 2, isSmall = l.of("Lt", x, l.number(least));
    const { k, f } = parts(l, l.select(isSmall, l.mul(x, l.number(2 ** shift)), x));
    return atEdges(l, x, joined(l, l.sub(k, l.and(isSmall, l.number(shift * unitOf(l)))), f));
  });
}

/**
 * x / y - 1 - log(x / y) of positive numbers, which is what is left of the series of log(1 + f)
 * where x is 1 + f times y.
 */
export function divergence(l: Lanes, x: Operand, y: Operand): Operand {
  const difference = l.div(l.sub(x, y), y), ratio = l.div(x, y), one = l.number(1);
  const shift = shiftOf(l, ratio), m = l.integer("Sub", ratio, shift), k = exponent(l, shift);
  // Next to 1 the difference has more digits than the ratio.
  const f = l.select(l.of("Eq", k, l.number(0)), difference, l.sub(m, one));
  // Of two powers of two next to each other the first difference has all digits.
  const whole = l.nmadd(k, l.number(Math.LN2 / unitOf(l)), l.sub(ratio, m));
  const usual = l.nmadd(l.mul(f, f), l.horner(REST, f), whole);
  const beyond = isBeyond(l, ratio, 100);
  return rarely(l, beyond, usual, () => {
    // Smaller ratios have fewer digits, or none.
    const isSmall = l.of("Lt", ratio, l.number(l.format.least));
    const taken = l.select(isSmall, l.sub(log(l, x), log(l, y)), log(l, ratio));
    const far = l.sub(l.sub(ratio, one), taken);
    return l.select(beyond, far, usual);
  });
}

/** The exponent of numbers from which on 1 + x has the logarithm of x, and still an inverse. */
const FAR = 100;

/**
 * log(1 + x): with 2^-k x + (2^-k - 1), the f of 1 + x, no digit of x is lost in a sum. Within 1.8
 * ulp in float32, 1.6e-16 in float64.
 */
export function log1p(l: Lanes, x: Operand): Operand {
  const one = l.number(1), u = l.add(one, x), shift = shiftOf(l, u);
  const inverse = l.integer("Sub", l.bits(0x3f800000, 0x3ff00000), shift);
  const f = l.madd(x, inverse, l.sub(inverse, one));
  // The sign of x, also that of 0.
  const usual = l.or(joined(l, exponent(l, shift), f), l.and(x, l.bits(0x80000000, 0x80000000)));
  const beyond = isBeyond(l, u, FAR);
  return rarely(l, beyond, usual, () => {
    const { k, f } = parts(l, u);
    return l.select(beyond, atEdges(l, u, joined(l, k, f)), usual);
  });
}

/** (log(1 + t) - t + t^2/2) / t^3 for t from 0 to 1 in float32: off by 2^-29.7 of the logarithm. */
const FROM_CUBE = [
  0.002277853128874673,
  -0.014689476789755228,
  0.04431359635055849,
  -0.08593616434964149,
  0.12680819642024754,
  -0.16228915675022557,
  0.19926468123054358,
  -0.24993328412586374,
  0.3333309362312224,
];

/** log(1 + t) / t for t from 0 to 1 in float64: minimax, off by 2^-59. */
const TO_1 = [
  -1.641876007651844e-05,
  0.00019751112132494622,
  -0.001129966905506502,
  0.004109960222783844,
  -0.010744166230929164,
  0.021708412358949505,
  -0.03575848939282319,
  0.050281065739515934,
  -0.06302999175171449,
  0.07336864550053895,
  -0.08210574559993995,
  0.09056732300257996,
  -0.09992437914811611,
  0.11109804421418266,
  -0.12499827593504728,
  0.14285697425697994,
  -0.16666665493321184,
  0.19999999945159086,
  -0.2499999999842299,
  0.33333333333309223,
  -0.49999999999999856,
  1,
];

/**
 * log(1 + e^x): max(x, 0) + log(1 + t), for t = e^-|x|. Within 2 ulp in float32, 3e-16 in float64.
 */
export function softplus(l: Lanes, x: Operand): Operand {
  const t = expOfMinusAbs(l, x), above = l.of("Pmax", x, l.number(0));
  if (l.isDouble) return l.madd(l.horner(TO_1, t), t, above);
  // Half of t has all its digits.
  const rest = l.madd(l.horner(FROM_CUBE, t), l.mul(t, t), l.mul(t, l.number(-0.5)));
  return l.add(l.madd(rest, t, above), t);
}
