import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { gamma } from "../../../tensor/random/mod.ts";
import {
  digammaCorrection,
  gammainc,
  gammaincinv,
  gammaPower,
  halfLogTwoPi,
  lgammaCorrection,
  logGammainc,
  logGammaincc,
  xlog0,
} from "../../../tensor/special/mod.ts";
import { nonNegative, positive } from "../../constraints/mod.ts";
import type { Formulas } from "../../formulas.ts";
import { isKnownInside } from "../../support.ts";

/** The log density of the mode, or next to it, for rate 1. */
export const gammaNormaliser = (a: Tensor): Tensor =>
  a.log().mul(constant(-0.5)).sub(lgammaCorrection(a)).sub(constant(halfLogTwoPi));

/**
 * Returns the log density of positive values for rate 1, (a - 1) log(x) - x - lgamma(a): with
 * Stirling's formula put in for lgamma, and the rest as the distance from the density at a, for
 * with large a the terms would cancel to nothing in float32.
 */
export function standardGamma(x: Tensor, a: Tensor): Tensor {
  return gammaNormaliser(a).add(gammaPower(x, a));
}

/** The gamma distribution's formulas. */
export const gammaFormulas: Formulas<{ readonly concentration: Tensor; readonly rate: Tensor }> = {
  support: nonNegative,
  rsample: (key, shape, { concentration, rate }) => gamma(key, concentration, shape).div(rate),
  logDensity(value, { concentration: a, rate }) {
    const scaled = value.mul(rate), canBe0 = !isKnownInside(value, positive);
    if (!canBe0) return gammaNormaliser(a).add(rate.log()).add(gammaPower(scaled, a));
    // The logarithm of 0 is a term of its own: no other parameter's derivative meets it.
    const isZero = value.equal(constant(0)), power = a.sub(constant(1));
    const shape = gammaNormaliser(a).add(rate.log()).add(gammaPower(tf.where(isZero, a, scaled), a));
    const rest = power.mul(rate.log().sub(a.log())).add(a).add(gammaNormaliser(a)).add(rate.log());
    return tf.where(isZero, rest.sub(scaled).add(xlog0(power, value)), shape);
  },
  mean: ({ concentration, rate }) => concentration.div(rate),
  variance: ({ concentration, rate }) => concentration.div(rate.square()),
  entropy({ concentration: a, rate }) {
    const half = constant(0.5), rest = constant(1).sub(a);
    return a.log().mul(half).add(lgammaCorrection(a)).add(constant(halfLogTwoPi))
      .sub(rest.mul(half).div(a)).add(rest.mul(digammaCorrection(a))).sub(rate.log());
  },
  mode: ({ concentration, rate }) => tf.maximum(concentration.sub(constant(1)), constant(0)).div(rate),
  cdf: (x, { concentration, rate }) => gammainc(concentration, x.mul(rate)),
  logCdf: (x, { concentration, rate }) => logGammainc(concentration, x.mul(rate)),
  logSurvival: (x, { concentration, rate }) => logGammaincc(concentration, x.mul(rate)),
  icdf: (p, { concentration, rate }) => gammaincinv(concentration, p).div(rate),
};
