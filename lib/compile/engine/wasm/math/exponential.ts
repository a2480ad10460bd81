import type { Operand } from "../../../../system/wasm/mod.ts";
import type { Lanes } from "../lanes.ts";
import { rarely } from "./rarely.ts";

/** (e^r - 1 - r) / r^2 for |r| up to log(2) / 2 in float32: a minimax polynomial, off by 2^-28. */
const SERIES = [
  0.00139505413318667412,
  0.00836891785531206989,
  0.0416662050507865928,
  0.166665186027502587,
  0.500000009541782711,
];

/**
 * (h - 1) / r^2 in float64, where e^r = (h + r/2) / (h - r/2): a polynomial in r^2 (fdlibm), off by
 * 2^-59. A division takes fewer instructions than the five more coefficients of e^r itself.
 */
const RATIO = [
  4.13813679705723846039e-08,
  -1.65339022054652515390e-06,
  6.61375632143793436117e-05,
  -2.77777777770155933842e-03,
  1.66666666666666019037e-01,
].map((c) => c / 2);

/** log(2) in two parts: products of the first with exponents are exact. */
const LOG2 = {
  float32: [0.693359375, -2.12194440054690583e-4],
  float64: [6.93147180369123816490e-01, 1.90821492927058770002e-10],
};

/** Numbers whose exponentials are 0 and infinity, and less than which e^x - 1 is -1. */
const LIMITS = { float32: [-104, 89, -20], float64: [-746, 710, -40] };

/** Between it and its negative, 2^n is a normal number. */
const USUAL = { float32: 87, float64: 708 };

/** Returns n as a float, n for `Lanes.power`, and e^r - 1 where x - less = n log(2) + r. */
export function reduced(l: Lanes, x: Operand, less?: Operand): Record<"n" | "shifted" | "grown", Operand> {
  const whole = l.number(l.format.biased), [high, low] = LOG2[l.precision];
  const shifted = l.madd(x, l.number(Math.LOG2E), whole), n = l.sub(shifted, whole);
  const near = l.nmadd(n, l.number(low), l.nmadd(n, l.number(high), x));
  const r = less ? l.sub(near, less) : near, square = l.mul(r, r);
  if (!l.isDouble) return { n, shifted, grown: l.madd(l.horner(SERIES, r), square, r) };
  // h - r/2, rounded once at its size.
  const divisor = l.nmadd(r, l.nmadd(r, l.horner(RATIO, square), l.number(0.5)), l.number(1));
  return { n, shifted, grown: l.div(r, divisor) };
}

/** e^x of float64 numbers to the digits of float32, where 2^n is normal. */
export function shortExp(l: Lanes, x: Operand): Operand {
  const whole = l.number(l.format.biased), shifted = l.madd(x, l.number(Math.LOG2E), whole);
  const r = l.nmadd(l.sub(shifted, whole), l.number(Math.LN2), x), scale = l.power(shifted);
  return l.madd(l.madd(l.horner(SERIES, r), l.mul(r, r), r), scale, scale);
}

/** Returns the two halves of n, each for `Lanes.power`: 2^n itself may be out of range. */
export function halves(l: Lanes, n: Operand): [first: Operand, second: Operand] {
  const whole = l.number(l.format.biased);
  const first = l.add(l.mul(n, l.number(0.5)), whole);
  return [first, l.add(l.sub(n, l.sub(first, whole)), whole)];
}

/** e^x where 2^n need not be normal. */
function farExponential(l: Lanes, x: Operand): Operand {
  const [low, high] = LIMITS[l.precision], { n, grown } = reduced(l, l.within(x, low, high));
  const [first, second] = halves(l, n).map((half) => l.power(half));
  return l.mul(l.madd(grown, first, first), second);
}

/** e^x; `beyond` where 2^n is not normal. */
function exponential(l: Lanes, x: Operand, beyond: Operand): Operand {
  const { shifted, grown } = reduced(l, x), scale = l.power(shifted);
  return rarely(l, beyond, l.madd(grown, scale, scale), () => farExponential(l, x));
}

/** Returns a mask of the numbers for which 2^n is not normal. */
function isFar(l: Lanes, x: Operand): Operand {
  return l.of("Gt", l.of("Abs", x), l.number(USUAL[l.precision]));
}

/** e^x: within 1.1 ulp in float32, 2e-16 in float64. */
export function exp(l: Lanes, x: Operand): Operand {
  return exponential(l, x, isFar(l, x));
}

/** e^-|x|, from which sigmoid and softplus are made: once for those of x and of -x. */
export function expOfMinusAbs(l: Lanes, given: Operand): Operand {
  const x = l.origins.get(given) ?? given;
  let known = l.exponentials.get(x);
  if (!known) {
    const minus = l.or(x, l.bits(0x80000000, 0x80000000));
    known = exponential(l, minus, l.of("Lt", minus, l.number(-USUAL[l.precision])));
    l.exponentials.set(x, known);
  }
  return known;
}

/** e^x - 1: within 1.8 ulp in float32, 3.6e-16 in float64. */
export function expm1(l: Lanes, x: Operand): Operand {
  const [, high, low] = LIMITS[l.precision];
  const { n, grown } = reduced(l, l.within(x, low, high)), [first, second] = halves(l, n);
  const scale = l.power(first), other = l.power(second);
  // 2^n e^r - 1 in the scale of the first half.
  const one = l.integer("Sub", l.bits(0x7f000000, 0x7fe00000), other);
  const less = l.mul(l.madd(grown, scale, l.sub(scale, one)), other);
  return l.select(l.of("Eq", x, l.number(0)), x, less);
}

/** (tanh(x) - x) / x^3 for |x| < 0.625 (Cephes), as a polynomial in x^2. */
const NEAR_0 = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1];

/**
 * tanh(x): in float64 (e^2x - 1) / (e^2x + 1), in float32 1 - 2 / (e^2x + 1) away from 0. It is
 * within 1.5 ulp in float32, 4e-16 in float64.
 */
export function tanh(l: Lanes, x: Operand): Operand {
  const size = l.of("Abs", x), limit = -LIMITS[l.precision][2], one = l.number(1), two = l.number(2);
  const { shifted, grown } = reduced(l, l.of("Pmin", l.add(size, size), l.number(limit)));
  const scale = l.power(shifted);
  let result: Operand;
  if (l.isDouble) {
    const less = l.madd(grown, scale, l.sub(scale, one));
    const sum = l.add(less, two);
    result = l.div(less, sum);
    if (!l.isFused) {
      // Without what the sum has lost, as its parts have lost more; its inverse is (1 - tanh) / 2.
      const lost = l.add(l.sub(two, sum), less), inverse = l.mul(l.sub(one, result), l.number(0.5));
      result = l.sub(result, l.mul(result, l.mul(lost, inverse)));
    }
  } else {
    const far = l.sub(one, l.div(two, l.add(l.madd(grown, scale, scale), one)));
    const square = l.mul(x, x), near = l.madd(l.mul(l.horner(NEAR_0, square), square), size, size);
    result = l.select(l.of("Lt", size, l.number(0.625)), near, far);
  }
  return l.or(result, l.and(x, l.bits(0x80000000, 0x80000000)));
}

/** Parts of e^-kx = 2^n (h - w) / (h + w), for w = k c q / 2. */
interface Quotient {
  readonly scale: Operand;
  readonly q: Operand;
  readonly h: Operand;
}

/** Returns 2^n, q and h for e^-kx, with c for the 1 in h. */
function quotient(l: Lanes, x: Operand, k: number, c: number): Quotient {
  const whole = l.number(l.format.biased), [high, low] = LOG2[l.precision];
  const shifted = l.nmadd(x, l.number(k * Math.LOG2E), whole), n = l.sub(whole, shifted);
  // 0 keeps its sign.
  const q = l.nmadd(n, l.number(low / k), l.nmadd(n, l.number(high / k), x)), square = l.mul(q, q);
  const series = RATIO.map((a, i) => c * a * k ** (2 * (RATIO.length - i)));
  return { scale: l.power(shifted), q, h: l.madd(l.horner(series, square), square, l.number(c)) };
}

/** 1 / (1 + e^-x): within 2 ulp in float32, 3.5e-16 in float64. */
export function sigmoid(l: Lanes, x: Operand): Operand {
  if (!l.isDouble || l.exponentials.has(x)) return sigmoidOfMinusAbs(l, x, expOfMinusAbs(l, x));
  // One division for both; with 1.625, the sum and the difference of h and q / 2 are below 2.
  const c = 1.625, { scale, q, h } = quotient(l, x, 1, c), half = l.number(c / 2);
  const up = l.madd(q, half, h), result = l.div(up, l.madd(scale, l.nmadd(q, half, h), up));
  const far = isFar(l, x);
  return rarely(l, far, result, () => {
    const small = farExponential(l, l.or(x, l.bits(0x80000000, 0x80000000)));
    return l.select(far, sigmoidOfMinusAbs(l, x, small), result);
  });
}

/** 1 / (1 + e^-x) by e^-|x|, which does not overflow. */
function sigmoidOfMinusAbs(l: Lanes, x: Operand, small: Operand): Operand {
  const one = l.number(1), sum = l.add(one, small);
  const result = l.div(l.select(l.of("Lt", x, l.number(0)), small, one), sum);
  if (l.isDouble) return result;
  // As exact as a quotient by the sum before it was rounded.
  return l.nmadd(result, l.sub(small, l.sub(sum, one)), result);
}
