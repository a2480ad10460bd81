import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { vonMises } from "../../tensor/random/mod.ts";
import {
  besselRatioComplement,
  log1mexp,
  logaddexp,
  logI0e,
  logVonMisesCdf,
  vonMisesCdf,
  vonMisesQuantile,
} from "../../tensor/special/mod.ts";
import { interval, positive, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const turn = () => constant(2 * Math.PI);
/** Puts angles between -pi and pi. */
function wrapped(angle: Tensor): Tensor {
  const turns = angle.div(turn()).add(constant(0.5)).floor();
  return angle.sub(turns.mul(turn())).maximum(constant(-Math.PI)).minimum(constant(Math.PI));
}

/** The probability from -pi around `loc` to an angle from there, which goes on in further turns. */
function shareUpTo(angle: Tensor, { concentration }: VonMises): Tensor {
  return angle.div(turn()).add(constant(0.5)).floor().add(vonMisesCdf(concentration, wrapped(angle)));
}
const shareBelow = (d: VonMises): Tensor => shareUpTo(constant(-Math.PI).sub(d.loc), d);

/**
 * The logarithm of the probability between two angles from `loc` on, less than a turn apart, by the
 * tails around `loc`, whose logarithms have all digits.
 */
function logShare(from: Tensor, to: Tensor, { concentration }: VonMises): Tensor {
  const turnOf = (angle: Tensor) => angle.div(turn()).add(constant(0.5)).floor();
  const isWhole = turnOf(from).equal(turnOf(to)), start = wrapped(from), end = wrapped(to);
  const logBelow = (angle: Tensor) => logVonMisesCdf(concentration, angle);
  // Within a turn, the difference of the tails on the rarer side; else what is beyond both ends.
  const a = tf.where(isWhole, start, constant(-1)), b = tf.where(isWhole, end, constant(1));
  const isUpper = a.add(b).greater(constant(0));
  const outer = logBelow(tf.where(isUpper, a.neg(), b)), inner = logBelow(tf.where(isUpper, b.neg(), a));
  const gap = outer.add(log1mexp(tf.minimum(inner.sub(outer), constant(0))));
  return tf.where(isWhole, gap, logaddexp(logBelow(start.neg()), logBelow(end)));
}

const formulas: Formulas<VonMises> = {
  support: interval(-Math.PI, Math.PI),
  rsample: (key, shape, { loc, concentration }) => wrapped(vonMises(key, concentration, shape).add(loc)),
  logDensity(x, { loc, concentration }) {
    const fall = x.sub(loc).mul(constant(0.5)).sin().square().mul(constant(2));
    return concentration.mul(fall).add(logI0e(concentration)).add(turn().log()).neg();
  },
  mean: ({ loc }) => wrapped(loc),
  mode: ({ loc }) => wrapped(loc),
  variance: ({ concentration }) => besselRatioComplement(concentration),
  cdf: (x, d) => shareUpTo(x.sub(d.loc), d).sub(shareBelow(d)),
  logCdf: (x, d) => logShare(constant(-Math.PI).sub(d.loc), x.sub(d.loc), d),
  logSurvival: (x, d) => logShare(x.sub(d.loc), constant(Math.PI).sub(d.loc), d),
  icdf(p, d) {
    const place = p.add(shareBelow(d)), turns = tf.minimum(place.ceil().sub(constant(1)), place.floor());
    const angle = vonMisesQuantile(d.concentration, place.sub(turns)).add(turns.mul(turn())).add(d.loc);
    return tf.clipByValue(angle, -Math.PI, Math.PI);
  },
  entropy({ concentration }) {
    return concentration.mul(besselRatioComplement(concentration)).add(logI0e(concentration)).add(
      turn().log(),
    );
  },
};

/**
 * The von Mises distribution of angles between -pi and pi, the normal on the circle. Parameters:
 * `loc`, the mode, and `concentration`, near to 1 / variance where it is large. `mean` and
 * `variance` are those of the circle: the variance is 1 less the mean cosine around `loc`. NumPyro:
 * `VonMises`.
 */
export class VonMises extends ParametricDistribution {
  /** The mode, an angle. */
  declare readonly loc: Tensor;
  /** The concentration. */
  declare readonly concentration: Tensor;

  /** `loc` and `concentration` broadcast to the batch shape. */
  constructor(loc: TensorLike, concentration: TensorLike, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], concentration: [concentration, positive] }, options);
  }
}
