import type { Operand } from "../../../../system/wasm/mod.ts";
import { halfLogTwoPi } from "../../../../tensor/special/asymptotic.ts";
import {
  digammaFar,
  digammaNear,
  digammaZero,
  lgammaFar,
  lgammaNear,
  type Quotient,
} from "../../../../tensor/special/fits.ts";
import type { Precision } from "../../portable.ts";
import { byLane } from "../calls.ts";
import type { Lanes } from "../lanes.ts";
import { inDouble } from "./in_double.ts";
import { log, logParts, shortLog } from "./logarithm.ts";
import { rarely } from "./rarely.ts";

/** A function written to the digits of a precision. */
type Written = (l: Lanes, x: Operand, digits: Precision) => Operand;

/** Returns a quotient of polynomials. */
export function quotient(l: Lanes, [numerator, denominator]: Quotient, t: Operand): Operand {
  return l.div(l.horner(numerator.toReversed(), t), l.horner(denominator.toReversed(), t));
}

/** From here on functions are series in 1 / x^2. */
const FAR = 3;

/**
 * Writes a function of two sides of `FAR`, each computed where a lane needs it, and left to
 * JavaScript below 0. Of float32 numbers the near side is computed in float64, and the far side
 * where products are not added with one rounding.
 */
function ofSides(l: Lanes, x: Operand, name: "lgamma" | "digamma", near: Written, far: Written): Operand {
  const short = (side: Written) => inDouble(l, x, (d, half) => side(d, half, "float32"));
  const isFar = l.of("Ge", x, l.number(FAR)), isBelow = l.of("Lt", x, l.number(0));
  const first = rarely(l, l.not(isFar), x, () => l.isDouble ? near(l, x, "float64") : short(near));
  const both = rarely(l, isFar, first, () => {
    const value = l.isDouble || l.isFused ? far(l, x, l.precision) : short(far);
    // Infinity has itself.
    return l.select(isFar, l.select(l.of("Eq", x, l.number(Infinity)), x, value), first);
  });
  return rarely(l, isBelow, both, () => l.select(isBelow, byLane(l, name, [x]), both));
}

/** lgamma(x) in float64 for x from 0 to `FAR`: below 1/2 it is lgamma(1 + x) - log(x). */
function lgammaNearBy(d: Lanes, x: Operand, digits: Precision): Operand {
  const one = d.number(1), half = d.number(0.5), isUp = d.of("Lt", x, half);
  const less1 = d.select(isUp, x, d.sub(x, one)), less2 = d.sub(less1, one), product = d.mul(less1, less2);
  const rest = quotient(d, lgammaNear[digits], d.select(isUp, d.add(x, one), x));
  let small = d.mul(product, rest);
  if (digits === "float64" && d.isFused) {
    // What the product and x - 2 have lost.
    const lost = d.nmadd(less1, less2, product), lost2 = d.sub(d.sub(less1, less2), one);
    small = d.madd(d.sub(d.mul(less1, lost2), lost), d.add(rest, half), small);
  }
  const value = d.madd(product, half, small);
  return rarely(d, isUp, value, () => {
    const taken = digits === "float64" ? log(d, x) : shortLog(d, x);
    return d.select(d.of("Eq", x, d.number(0)), d.number(Infinity), d.sub(value, d.and(isUp, taken)));
  });
}

/** (x - 1/2) (log(x) - 1) + log(2 pi) / 2 - 1/2 and the series: there is no cancellation. */
function lgammaFarBy(l: Lanes, x: Operand, digits: Precision): Operand {
  const one = l.number(1), size = l.sub(x, l.number(0.5)), r = l.div(one, x);
  const series = l.horner(lgammaFar[digits].toReversed(), l.mul(r, r));
  const rest = l.madd(r, series, l.number(halfLogTwoPi - 0.5));
  if (digits !== l.precision) return l.madd(size, l.sub(shortLog(l, x), one), rest);
  const [high, low] = logParts(l, x), less = l.sub(high, one), factor = l.add(less, low);
  const lost = l.add(l.sub(less, factor), low);
  return l.madd(size, factor, l.madd(size, lost, rest));
}

/**
 * log |gamma(x)|: within 1.7 ulp in float32, 4e-16 in float64; below 0 of `lgamma` in JavaScript.
 */
export function lgamma(l: Lanes, x: Operand): Operand {
  return ofSides(l, x, "lgamma", lgammaNearBy, lgammaFarBy);
}

/** digamma(x) in float64 for x from 0 to `FAR`: below 0.8 it is digamma(1 + x) - 1 / x. */
function digammaNearBy(d: Lanes, x: Operand, digits: Precision): Operand {
  const [zero, more] = digammaZero, isUp = d.of("Lt", x, d.number(0.8));
  const from = (up: number, other: number) => d.sub(x, d.select(isUp, d.number(up), d.number(other)));
  const difference = from(zero - 1, zero), rest = quotient(d, digammaNear[digits], from(-0.25, 0.75));
  const missing = d.madd(rest, d.number(-more), d.number(-more));
  const value = d.add(difference, d.madd(difference, rest, missing));
  return rarely(d, isUp, value, () => d.sub(value, d.and(isUp, d.div(d.number(1), x))));
}

/** log(x) - 1 / (2 x) and the series. */
function digammaFarBy(l: Lanes, x: Operand, digits: Precision): Operand {
  const r = l.div(l.number(1), x), square = l.mul(r, r);
  const series = l.mul(l.horner(digammaFar[digits].toReversed(), square), square);
  const less = l.madd(r, l.number(0.5), series);
  if (digits !== l.precision) return l.sub(shortLog(l, x), less);
  const [high, low] = logParts(l, x);
  return l.add(high, l.sub(low, less));
}

/** The derivative of lgamma: within 1.2 ulp in float32, 4e-16 in float64; below 0 as `lgamma`. */
export function digamma(l: Lanes, x: Operand): Operand {
  return ofSides(l, x, "digamma", digammaNearBy, digammaFarBy);
}
