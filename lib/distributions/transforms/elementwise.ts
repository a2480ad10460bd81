import { asTensor, constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { expm1, log1mexp, log1p, logit, softplus } from "../../tensor/special/mod.ts";
import {
  type Constraint,
  greaterThan,
  independent,
  interval,
  nonNegative,
  positive,
  unitInterval,
} from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { commonSign } from "./util/on_numbers.ts";
import { positiveSigmoid } from "./util/above_zero.ts";

/** y = x */
export class IdentityTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      forward: (x) => x,
      inverse: (y) => y,
      logSlope: (x) => tf.zerosLike(x),
      sign: () => 1,
      onNumbers: { forward: (x) => x, inverse: (y) => y },
    });
  }
}

/** y = exp(x) */
export class ExpTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: positive,
      forward: (x) => x.exp(),
      inverse: (y) => y.log(),
      logSlope: (x) => x,
      sign: () => 1,
      onNumbers: { forward: Math.exp, inverse: Math.log },
    });
  }
}

/** y = x^exponent for positive x, with an exponent that is not 0. */
export class PowerTransform extends FormulaTransform {
  /** The exponent. */
  readonly exponent: Tensor;

  /** `exponent` broadcasts with x. */
  constructor(exponent: TensorLike) {
    const power = asTensor(exponent);
    super({
      domain: positive,
      codomain: positive,
      forward: (x) => x.pow(power),
      inverse: (y) => y.pow(power.reciprocal()),
      logSlope: (x) => power.abs().log().add(power.sub(constant(1)).mul(x.log())),
      sign: () => power.sign(),
      direction: () => typeof exponent === "number" ? commonSign(exponent) : undefined,
      onNumbers: { forward: (x, p) => x ** p, inverse: (y, p) => y ** (1 / p), parameters: [exponent] },
      parameters: [power],
    });
    this.exponent = power;
  }
}

/** y = 1 / (1 + exp(-x)), onto the unit interval without 0. */
export class SigmoidTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: unitInterval,
      forward: positiveSigmoid,
      inverse: logit,
      logSlope: (x) => softplus(x).add(softplus(x.neg())).neg(),
      sign: () => 1,
      onNumbers: { forward: (x) => 1 / (1 + Math.exp(-x)), inverse: (y) => Math.log(y) - Math.log1p(-y) },
    });
  }
}

/** y = log(1 + exp(x)) */
export class SoftplusTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: positive,
      forward: softplus,
      inverse: (y) => y.add(log1mexp(y.neg())),
      logSlope: (x) => softplus(x.neg()).neg(),
      sign: () => 1,
      onNumbers: {
        forward: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
        inverse: (y) => y + Math.log(-Math.expm1(-y)),
      },
    });
  }
}

/** y = tanh(x) */
export class TanhTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: interval(-1, 1),
      forward: (x) => x.tanh(),
      inverse: (y) => log1p(y).sub(log1p(y.neg())).mul(constant(0.5)),
      logSlope: logOneMinusTanhSquare,
      sign: () => 1,
      onNumbers: { forward: Math.tanh, inverse: Math.atanh },
    });
  }
}

/** y = x above 0 and exp(x) - 1 below, onto the numbers above -1; Pyro's `ELUTransform`. */
export class EluTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    // The branch that is not taken is kept at 0.
    const bend = (x: Tensor, below: (x: Tensor) => Tensor) => {
      const isAbove = x.greater(constant(0));
      return tf.where(isAbove, x, below(tf.where(isAbove, tf.zerosLike(x), x)));
    };
    super({
      codomain: greaterThan(-1),
      forward: (x) => bend(x, expm1),
      inverse: (y) => bend(y, log1p),
      logSlope: (x) => tf.minimum(x, constant(0)),
      sign: () => 1,
      onNumbers: {
        forward: (x) => x > 0 ? x : Math.expm1(x),
        inverse: (y) => y > 0 ? y : Math.log1p(y),
      },
    });
  }
}

/** y = x above 0 and x / 100 below; Pyro's `LeakyReLUTransform`. */
export class LeakyReluTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    const bend = (x: Tensor, slope: number) => tf.where(x.greater(constant(0)), x, x.mul(constant(slope)));
    super({
      forward: (x) => bend(x, 0.01),
      inverse: (y) => bend(y, 100),
      logSlope: (x) => tf.where(x.less(constant(0)), constant(Math.log(0.01)), tf.zerosLike(x)),
      sign: () => 1,
      onNumbers: { forward: (x) => x > 0 ? x : x / 100, inverse: (y) => y > 0 ? y : y * 100 },
    });
  }
}

/** y = |x|, not invertible: `inverse` gives the positive x, and there is no log-determinant. */
export class AbsTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: nonNegative,
      forward: (x) => x.abs(),
      inverse: (y) => y,
      logSlope() {
        throw new Error("AbsTransform has no log |det Jacobian|: two values of x give each y");
      },
    });
  }

  /** All non-negative numbers. */
  override image(set: Constraint): Constraint {
    return independent(this.codomain, set.eventDim);
  }
}

/** log(1 - tanh(x)^2), which does not underflow. */
export function logOneMinusTanhSquare(x: Tensor): Tensor {
  return constant(Math.LN2).sub(x).sub(softplus(x.mul(constant(-2)))).mul(constant(2));
}
