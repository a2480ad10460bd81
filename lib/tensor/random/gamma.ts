import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { primitive } from "../primitive.ts";
import { log1p } from "../special/logarithms.ts";
import { log1pmx } from "../special/log1pmx.ts";
import { sumToShape } from "../special/sums.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkConcentration, drawShape } from "./util/checks.ts";
import { firstAccepted } from "./util/first_accepted.ts";
import { gammaLogGradient } from "./gamma_gradient.ts";
import { TINY } from "./generator/float32.ts";

/** At alpha = 1, at worst, a proposal is accepted with probability 0.95: 8 fail in 1 of 10^10. */
const PROPOSALS = 8;

/**
 * Marsaglia and Tsang ("A simple method for generating gamma variables", 2000): the variate is d v
 * boost, where for alpha < 1 that of alpha + 1 is boosted by a uniform to the power 1 / alpha.
 */
function marsagliaTsang(
  alpha: Tensor,
  x: Tensor,
  u: Tensor,
  boost: Tensor,
): Record<"d" | "step" | "root" | "isHuge" | "logBoost", Tensor> {
  const isSmall = alpha.less(1);
  const d = alpha.add(isSmall.cast("float32")).sub(constant(1 / 3));
  const step = x.div(d.sqrt().mul(3)), root = step.add(1);
  // 1 - v + log v for v = root^3, whose terms cancel for large alpha.
  const s = step.maximum(constant(-1 + 1e-6));
  const gap = log1pmx(s).mul(3).sub(s.square().mul(s.add(3)));
  const bound = x.square().mul(0.5).add(d.mul(gap));
  const accepted = tf.logicalAnd(root.greater(0), u.maximum(constant(TINY)).log().less(bound));
  const logBoost = boost.neg().log1p().div(alpha), chosen = firstAccepted(accepted, step);
  return {
    d,
    step: chosen,
    root: chosen.add(1).maximum(constant(1e-6)),
    isHuge: d.greater(constant(1e6)),
    logBoost: tf.where(isSmall, logBoost, tf.zerosLike(logBoost)),
  };
}

/** Makes a primitive of the concentration and of noise, to which no cotangent flows. */
const fromNoise = (
  name: string,
  value: (parts: ReturnType<typeof marsagliaTsang>) => Tensor,
  slope: (output: Tensor, alpha: Tensor) => Tensor,
) =>
  primitive({
    name,
    forward: (alpha, x, u, boost) => value(marsagliaTsang(alpha, x, u, boost)),
    vjp(cotangent, output, alpha) {
      return [sumToShape(cotangent.mul(slope(output, alpha)), alpha.shape), undefined, undefined, undefined];
    },
  });

const gammaFrom = fromNoise(
  "gamma",
  ({ d, step, root, isHuge, logBoost }) => {
    const draw = d.mul(root.square().mul(root)).mul(logBoost.exp()).maximum(constant(TINY));
    // The root itself has too few digits there.
    const huge = d.add(d.mul(step.mul(step.mul(step.add(3)).add(3))));
    return tf.where(isHuge, huge, draw);
  },
  (output, alpha) => gammaLogGradient(output.log(), alpha).mul(output),
);

const logGammaFrom = fromNoise(
  "loggamma",
  ({ d, step, root, isHuge, logBoost }) =>
    d.log().add(tf.where(isHuge, log1p(step), root.log()).mul(3)).add(logBoost),
  gammaLogGradient,
);

function drawGamma(
  what: string,
  from: typeof gammaFrom,
  key: Key,
  concentration: TensorLike,
  shape?: Shape,
): Tensor {
  const alpha = asTensor(concentration);
  const full = drawShape(what, shape, { concentration: alpha.shape });
  checkConcentration(key, what, alpha);
  const [kx, ku, kb] = key.split(3);
  const proposals = [PROPOSALS, ...full];
  return from(alpha, kx.draw("normal", proposals), ku.draw("uniform", proposals), kb.draw("uniform", full));
}

/**
 * Draws float32 from the gamma distribution with the given concentration (alpha) and rate 1, of the
 * given shape (default: that of `concentration`). Never 0: what underflows is the smallest normal
 * number; `loggamma` keeps it apart. The derivative with respect to the concentration is the
 * pathwise one (`gammaLogGradient`). Throws where a known concentration is not positive.
 * `jax.random.gamma`, with bits of our own.
 *
 * @example Draws by concentration
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const draws = random.gamma(random.key(0), [0.5, 4], [2000, 2]);
 * const [small, large] = draws.mean(0).dataSync();
 * assert(Math.abs(small - 0.5) < 0.1 && Math.abs(large - 4) < 0.2);
 * ```
 */
export function gamma(key: Key, concentration: TensorLike, shape?: Shape): Tensor {
  return drawGamma("gamma", gammaFrom, key, concentration, shape);
}

/**
 * Draws the logarithm of a gamma variate, exact also where the draw itself underflows, as it does
 * for small concentrations. Shapes, derivative and errors as for `gamma`, which gives the same
 * draws. `jax.random.loggamma`, with bits of our own.
 */
export function loggamma(key: Key, concentration: TensorLike, shape?: Shape): Tensor {
  return drawGamma("loggamma", logGammaFrom, key, concentration, shape);
}
