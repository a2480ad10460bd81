import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { log1mexp } from "./logarithms.ts";
import { sumToShape } from "./sums.ts";

// Distribution functions whose density is log-concave in a suitable variable: of the two tails, the
// one on the nearer side is the density times the integral of its growth from there on, which is 1
// where it begins and falls at least exponentially. A few nodes of Gauss and Legendre see it whole.

/** The knowledge of a distribution function at a value. */
export interface Tails {
  /** The logarithm of the probability on the nearer side. */
  readonly log: Tensor;
  /** True where that side is above the value. */
  readonly isUpper: Tensor;
  /** The derivative of that logarithm by each parameter. */
  readonly slopes: readonly Tensor[];
  /** The log density. */
  readonly logDensity: Tensor;
}

/** Computes the tails at a value, the last of the arguments but those that follow from it. */
export type TailsOf = (...inputs: Tensor[]) => Tails;

/** Returns the logarithm of the probability on one side. */
export function logSide({ log, isUpper }: Tails, side: "lower" | "upper"): Tensor {
  const other = (isKnown: boolean) => isKnown ? log : log1mexp(tf.minimum(log, constant(0)));
  return tf.where(isUpper, other(side === "upper"), other(side === "lower"));
}

/** Makes the primitive of the probability on one side, or of its logarithm. */
export function sideOf(
  name: string,
  tails: TailsOf,
  side: "lower" | "upper",
  isLog = false,
): (...inputs: Tensor[]) => Tensor {
  const value = (found: Tails): Tensor => {
    if (isLog) return logSide(found, side);
    const near = found.log.exp(), rest = constant(1).sub(near);
    return side === "upper" ? tf.where(found.isUpper, near, rest) : tf.where(found.isUpper, rest, near);
  };
  return primitive({
    name,
    forward: (...inputs) => value(tails(...inputs)),
    vjp(cotangent, output, ...inputs) {
      const found = tails(...inputs), { log, isUpper, slopes, logDensity } = found;
      const scale = isLog ? output : constant(0);
      // Where a side has no probability, it has no slope either.
      const isNone = log.equal(constant(-Infinity)), share = log.sub(scale);
      const sign = constant(side === "upper" ? 1 : -1), weight = share.exp().mul(sign);
      const density = logDensity.sub(scale).exp().mul(sign).neg();
      const towards = tf.where(isUpper, weight, weight.neg());
      const all = [...slopes.map((slope) => tf.where(isNone, constant(0), towards.mul(slope))), density];
      return inputs.map((input, i) => all[i] && sumToShape(cotangent.mul(all[i]), input.shape));
    },
  });
}
