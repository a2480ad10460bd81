import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { digammaAsymptotic, halfLogTwoPi, lgammaAsymptotic } from "./asymptotic.ts";

/**
 * The operations of which functions are composed where an engine does not have them: of tensors, or
 * of values of a graph.
 */
export interface Composer<T> {
  number(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  min(a: T, b: T): T;
  max(a: T, b: T): T;
  less(a: T, b: T): T;
  equal(a: T, b: T): T;
  where(condition: T, a: T, b: T): T;
  clip(x: T, low: number, high: number): T;
  of(name: "abs" | "exp" | "log" | "neg" | "reciprocal" | "round" | "sign" | "sin" | "tan", x: T): T;
}

/** Those of tensors. */
export const ofTensors: Composer<Tensor> = {
  number: constant,
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b),
  min: (a, b) => tf.minimum(a, b),
  max: (a, b) => tf.maximum(a, b),
  less: (a, b) => a.less(b),
  equal: (a, b) => a.equal(b),
  where: (condition, a, b) => tf.where(condition, a, b),
  clip: (x, low, high) => tf.clipByValue(x, low, high),
  of: (name, x) => x[name](),
};

/** Returns a function of one tensor: one operation of a graph, eagerly composed of others. */
export function elementary(
  kernel: string,
  x: Tensor,
  composed: (x: Tensor, w: Composer<Tensor>) => Tensor,
): Tensor {
  return activeTracer() ? tf.engine().runKernel(kernel, { x }) as Tensor : composed(x, ofTensors);
}

/** Composes a polynomial, the coefficient of the lowest power first, by Horner's rule. */
function polynomial<T>(w: Composer<T>, x: T, coefficients: readonly number[]): T {
  const [last, ...rest] = coefficients.toReversed().map((c) => w.number(c));
  return rest.reduce((sum, c) => w.add(w.mul(sum, x), c), last);
}

/** sin(pi x) up to its sign, or tan(pi x), with the multiple of pi taken off exactly first. */
const ofPi = <T>(w: Composer<T>, name: "sin" | "tan", x: T): T =>
  w.of(name, w.mul(w.sub(x, w.of("round", x)), w.number(Math.PI)));

// Fitted by weighted least squares at Chebyshev nodes with 40 digits; right to 2e-13 as a whole.
/** lgamma(x) / ((x - 1) (x - 2)) as a rational function of x - 1, for x from 0.5 to 3. */
const lgammaNear = [[
  0.5772156649014482,
  1.609207279525845,
  1.6712937402726902,
  0.7935832769804227,
  0.16845524608081988,
  0.012779545624771913,
  0.00011115262776079819,
  -1.3292246228121122e-06,
], [
  1.0,
  3.212765627844939,
  3.991219887913873,
  2.4050076544041046,
  0.7200327409371933,
  0.09718895145167934,
  0.0043046141540783334,
]] as const;

/** lgamma for x >= 0.5. Neither branch sees arguments at which it would overflow. */
function lgammaFromHalf<T>(x: T, w: Composer<T>): T {
  const three = w.number(3), isSmall = w.less(x, three), [numerator, denominator] = lgammaNear;
  const t = w.sub(w.min(x, three), w.number(1));
  const product = w.mul(w.mul(t, w.sub(t, w.number(1))), polynomial(w, t, numerator));
  const small = w.div(product, polynomial(w, t, denominator));
  const y = w.max(x, three), r = w.of("reciprocal", y);
  // (x - 1/2) (log x - 1), as (x - 1/2) log x - x would be Infinity - Infinity at Infinity.
  const main = w.mul(w.sub(y, w.number(0.5)), w.sub(w.of("log", y), w.number(1)));
  const rest = w.mul(r, polynomial(w, w.mul(r, r), lgammaAsymptotic));
  return w.where(isSmall, small, w.add(w.add(main, w.number(halfLogTwoPi - 0.5)), rest));
}

/** Composes log |gamma(x)|. */
export function composedLgamma<T>(x: T, w: Composer<T>): T {
  const half = w.number(0.5), reflects = w.less(x, half);
  const value = lgammaFromHalf(w.where(reflects, w.sub(w.number(1), x), x), w);
  const sine = w.of("abs", ofPi(w, "sin", w.where(reflects, x, half)));
  // At a pole far out both logarithms are infinite.
  const reflected = w.sub(w.sub(w.number(Math.log(Math.PI)), w.of("log", sine)), value);
  const finite = w.where(w.equal(sine, w.number(0)), w.number(Infinity), reflected);
  return w.where(reflects, finite, value);
}

/** The positive root of digamma, as a float32 and the rest: subtracting both keeps digits there. */
const root = 1.4616321325302124, rootRest = 1.2438149938918909542e-8;
/** digamma(x) / (x - root) as a rational function of x - 1, for x from 0.5 to 3. */
const digammaNear = [[
  1.2503801375034074,
  1.8682970373338275,
  0.9719008379606224,
  0.21652231905354988,
  0.01996692919936147,
  0.0005790477597778375,
  1.0717398330219498e-06,
], [
  1.0,
  2.177730048857391,
  1.6640731224081111,
  0.5715561941886964,
  0.09119087504330782,
  0.006097582488743106,
  0.00011982893624855518,
]] as const;

/** digamma for x >= 0.5. */
function digammaFromHalf<T>(x: T, w: Composer<T>): T {
  const three = w.number(3), isSmall = w.less(x, three), [numerator, denominator] = digammaNear;
  const z = w.min(x, three), t = w.sub(z, w.number(1));
  const difference = w.sub(w.sub(z, w.number(root)), w.number(rootRest));
  const small = w.div(w.mul(difference, polynomial(w, t, numerator)), polynomial(w, t, denominator));
  const y = w.max(x, three), r = w.of("reciprocal", y), square = w.mul(r, r);
  const main = w.sub(w.of("log", y), w.mul(r, w.number(0.5)));
  return w.where(isSmall, small, w.sub(main, w.mul(square, polynomial(w, square, digammaAsymptotic))));
}

/** Composes the derivative of lgamma. */
export function composedDigamma<T>(x: T, w: Composer<T>): T {
  const reflects = w.less(x, w.number(0.5));
  const value = digammaFromHalf(w.where(reflects, w.sub(w.number(1), x), x), w);
  const tangent = ofPi(w, "tan", w.where(reflects, x, w.number(0.25)));
  return w.where(reflects, w.sub(value, w.div(w.number(Math.PI), tangent)), value);
}

// Fitted by weighted least squares at Chebyshev nodes with 40 digits; relative error below 1e-13.
/** erf(x) / x as a polynomial in x^2, for |x| < 1. */
const central = [
  1.1283791670955121,
  -0.3761263890317336,
  0.11283791670546747,
  -0.02686617058225535,
  0.00522397712690577,
  -0.0008548303867958873,
  0.00012054659329436765,
  -1.4912985907608422e-05,
  1.6307699293104151e-06,
  -1.5175860582333103e-07,
  9.403904398561004e-09,
];
/** exp(x^2) erfc(x) (1 + x) as a rational function of 1 / (1 + x), for x from 0.95 up. */
const scaled = [[
  0.5641895835581916,
  0.9390408386529469,
  5.660987128464169,
  7.0551370258049175,
  14.42372236670785,
  10.39383435720796,
  5.918012107578168,
  -1.3652488063035666,
], [
  1.0,
  0.6644065539053879,
  8.86943164333677,
  3.8032793680429093,
  18.90935733535219,
  3.1305704397099223,
  8.142676672843288,
  -0.9296838938210203,
]] as const;

/** erf(x) for |x| <= 1; beyond, its value at the nearer end. */
function inner<T>(x: T, w: Composer<T>): T {
  const z = w.clip(x, -1, 1);
  return w.mul(z, polynomial(w, w.mul(z, z), central));
}

/** erfc(a) for a >= 1. */
function tail<T>(a: T, w: Composer<T>): T {
  const one = w.number(1),
    u = w.of("reciprocal", w.add(w.max(a, one), one)),
    [numerator, denominator] = scaled;
  const complement = w.div(w.mul(u, polynomial(w, u, numerator)), polynomial(w, u, denominator));
  return w.mul(w.of("exp", w.of("neg", w.mul(a, a))), complement);
}

/** Composes the error function. */
export function composedErf<T>(x: T, w: Composer<T>): T {
  const a = w.of("abs", x), outer = w.sub(w.number(1), tail(a, w));
  return w.where(w.less(a, w.number(1)), inner(x, w), w.mul(outer, w.of("sign", x)));
}

/** Composes 1 - erf(x), with all its digits where erf is close to 1. */
export function composedErfc<T>(x: T, w: Composer<T>): T {
  const a = w.of("abs", x), far = tail(a, w);
  const outer = w.where(w.less(x, w.number(0)), w.sub(w.number(2), far), far);
  return w.where(w.less(a, w.number(1)), w.sub(w.number(1), inner(x, w)), outer);
}
