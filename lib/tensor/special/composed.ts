import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { activeTracer } from "../tracer.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { digammaFar, digammaNear, erfcFar, erfNear, lgammaFar, lgammaNear, type Quotient } from "./fits.ts";

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

/** Composes a quotient of two polynomials. */
const quotient = <T>(w: Composer<T>, x: T, [numerator, denominator]: Quotient): T =>
  w.div(polynomial(w, x, numerator), polynomial(w, x, denominator));

/** x less its nearest whole number, which is exact. */
const fraction = <T>(w: Composer<T>, x: T): T => w.sub(x, w.of("round", x));

/** lgamma for x >= 0. Neither branch sees arguments at which it would overflow. */
function lgammaFrom0<T>(x: T, w: Composer<T>): T {
  const one = w.number(1), half = w.number(0.5), three = w.number(3);
  // Below 1/2 it is lgamma(1 + x) - log(x).
  const isUp = w.less(x, half), z = w.min(x, three), less1 = w.sub(z, w.where(isUp, w.number(0), one));
  const product = w.mul(less1, w.sub(less1, one)), rest = quotient(w, w.add(less1, one), lgammaNear.float64);
  const near = w.add(w.mul(product, half), w.mul(product, rest));
  const small = w.sub(near, w.of("log", w.where(isUp, x, one)));
  const y = w.max(x, three), r = w.of("reciprocal", y);
  // (x - 1/2) (log x - 1), as (x - 1/2) log x - x would be Infinity - Infinity at Infinity.
  const main = w.mul(w.sub(y, half), w.sub(w.of("log", y), one));
  const series = w.mul(r, polynomial(w, w.mul(r, r), lgammaFar.float64));
  return w.where(w.less(x, three), small, w.add(main, w.add(series, w.number(halfLogTwoPi - 0.5))));
}

/**
 * Composes log |gamma(x)|: within 1e-15 in float64. Below 0, where the terms of its reflection
 * cancel at a zero between any two poles, within 1e-15 of the terms.
 */
export function composedLgamma<T>(x: T, w: Composer<T>): T {
  const reflects = w.less(x, w.number(0));
  const value = lgammaFrom0(w.where(reflects, w.sub(w.number(1), x), x), w);
  const angle = fraction(w, w.where(reflects, x, w.number(0.5)));
  const sine = w.of("abs", w.of("sin", w.mul(angle, w.number(Math.PI))));
  // At a pole far out both logarithms are infinite.
  const reflected = w.sub(w.sub(w.number(Math.log(Math.PI)), w.of("log", sine)), value);
  const finite = w.where(w.equal(sine, w.number(0)), w.number(Infinity), reflected);
  return w.where(reflects, finite, value);
}

/**
 * The positive zero of digamma as a float32 number, and the rest: subtracting both keeps digits.
 */
const zero = 1.4616321325302124, zeroRest = 1.2438149938918909542e-8;

/** digamma for x >= 0, of which `signed` is the same number with the sign of its zero. */
function digammaFrom0<T>(x: T, signed: T, w: Composer<T>): T {
  const three = w.number(3);
  // Below 0.8 it is digamma(1 + x) - 1 / x.
  const isUp = w.less(x, w.number(0.8)), z = w.min(x, three);
  const fromZero = w.sub(z, w.where(isUp, w.number(zero - 1), w.number(zero)));
  const difference = w.sub(fromZero, w.number(zeroRest));
  const t = w.sub(z, w.where(isUp, w.number(-0.25), w.number(0.75)));
  const near = w.add(difference, w.mul(difference, quotient(w, t, digammaNear.float64)));
  const small = w.where(isUp, w.sub(near, w.of("reciprocal", signed)), near);
  const y = w.max(x, three), r = w.of("reciprocal", y), square = w.mul(r, r);
  const series = w.mul(square, polynomial(w, square, digammaFar.float64));
  const far = w.sub(w.of("log", y), w.add(w.mul(r, w.number(0.5)), series));
  return w.where(w.less(x, three), small, far);
}

/**
 * Composes the derivative of lgamma: within 1e-15 in float64; below 0 within 1e-15 of its size and
 * digamma(1 - x).
 */
export function composedDigamma<T>(x: T, w: Composer<T>): T {
  const reflects = w.less(x, w.number(0)), pi = w.number(Math.PI);
  const value = digammaFrom0(w.where(reflects, w.sub(w.number(1), x), x), x, w);
  // pi / tan(pi r), by the smaller angle of the two.
  const r = fraction(w, w.where(reflects, x, w.number(0.25))), rest = w.sub(w.number(0.5), w.of("abs", r));
  const isSmaller = w.less(rest, w.number(0.25));
  const tangent = w.of("tan", w.mul(w.where(isSmaller, rest, r), pi));
  const slope = w.where(isSmaller, w.mul(w.of("sign", r), w.mul(pi, tangent)), w.div(pi, tangent));
  return w.where(reflects, w.sub(value, slope), value);
}

/** erf(x) - x for |x| <= 1; beyond, its value at the nearer end. */
function excess<T>(x: T, w: Composer<T>): T {
  const z = w.clip(x, -1, 1);
  return w.mul(z, polynomial(w, w.mul(z, z), erfNear.float64));
}

/** erfc(x) for x >= 0.5; below, its value at 0.5. */
function tail<T>(x: T, w: Composer<T>): T {
  // The square of x in sixteenths, which is exact, and the rest of its square.
  const a = w.clip(x, 0.5, 30), upper = w.div(w.of("round", w.mul(a, w.number(16))), w.number(16));
  const more = w.mul(w.sub(a, upper), w.add(a, upper));
  const sum = w.add(a, w.number(1)), u = w.of("reciprocal", sum);
  const factor = w.div(w.add(quotient(w, u, erfcFar), w.number(0.75)), sum);
  const first = w.of("exp", w.of("neg", w.mul(upper, upper)));
  return w.mul(w.mul(factor, w.of("exp", w.of("neg", more))), first);
}

/** Composes the error function: within 1e-15 in float64. */
export function composedErf<T>(x: T, w: Composer<T>): T {
  const a = w.of("abs", x), outer = w.sub(w.number(1), tail(a, w));
  return w.where(w.less(a, w.number(1)), w.add(x, excess(x, w)), w.mul(outer, w.of("sign", x)));
}

/** Composes 1 - erf(x), with all its digits where erf is close to 1: within 1e-15 in float64. */
export function composedErfc<T>(x: T, w: Composer<T>): T {
  const a = w.of("abs", x), far = tail(a, w), one = w.number(1);
  const outer = w.where(w.less(x, w.number(0)), w.sub(w.number(2), far), far);
  return w.where(w.less(a, w.number(0.5)), w.sub(w.sub(one, x), excess(x, w)), outer);
}
