import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import {
  digamma,
  EULER_GAMMA,
  expm1,
  halfLogTwoPi,
  itakuraSaito,
  lgamma,
  xlogy,
} from "../../tensor/special/mod.ts";
import type { Distribution } from "../distribution.ts";
import {
  Bernoulli,
  Beta,
  Binomial,
  Cauchy,
  Exponential,
  Gamma,
  Geometric,
  Gumbel,
  Laplace,
  Normal,
  Pareto,
  Poisson,
  Uniform,
} from "../families/mod.ts";
import { type DistributionClass, klDivergence, registerKl } from "./registry.ts";

// Pairs of families with other densities: minus the entropy of p, less the mean under p of q's log
// density, which is one of a few means.

const half = () => constant(0.5), zero = () => constant(0), one = () => constant(1);
const infinite = (): Tensor => constant(Infinity);

/** The mean of log x under a family of positive numbers. */
const meanLog = new Map<DistributionClass<any>, (p: any) => Tensor>([
  [Beta, (p: Beta) => digamma(p.concentration1).sub(digamma(p.concentration1.add(p.concentration0)))],
  [Gamma, (p: Gamma) => digamma(p.concentration).sub(p.rate.log())],
  [Exponential, (p: Exponential) => p.rate.log().add(constant(EULER_GAMMA)).neg()],
  [Pareto, (p: Pareto) => p.scale.log().add(p.alpha.reciprocal())],
  [Uniform, ({ low, high }: Uniform) => meanLogBetween(low, high)],
]);
const meanLogBetween = (low: Tensor, high: Tensor): Tensor =>
  xlogy(high, high).sub(xlogy(low, low)).div(high.sub(low)).sub(one());

/** Registers -entropy(p) - the mean of q's log density, where a condition holds; else Infinity. */
function register<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>,
  q: DistributionClass<Q>,
  meanLogDensity: (p: P, q: Q) => Tensor,
  isWithin?: (p: P, q: Q) => Tensor,
): void {
  registerKl(p, q, (a, b) => {
    const finite = a.entropy().add(meanLogDensity(a, b)).neg();
    return isWithin ? tf.where(isWithin(a, b), finite, infinite()) : finite;
  });
}
const fromZero = ({ low }: Uniform): Tensor => low.greaterEqual(zero());
const within = (low: Tensor, high: Tensor, { low: from, high: to }: Uniform): Tensor =>
  low.greaterEqual(from).logicalAnd(high.lessEqual(to));

const gaussian = (p: Distribution, { loc, scale }: Normal): Tensor => {
  const square = p.variance.add(p.mean.sub(loc).square()).div(scale.square());
  return square.mul(constant(-0.5)).sub(scale.log()).sub(constant(halfLogTwoPi));
};
for (const p of [Beta, Exponential, Gamma, Gumbel, Laplace, Pareto, Uniform]) register(p, Normal, gaussian);

const decay = (p: Distribution, { rate }: Exponential): Tensor => rate.log().sub(rate.mul(p.mean));
for (const p of [Beta, Gamma, Pareto]) register(p, Exponential, decay);
register(Uniform, Exponential, decay, fromZero);

const powers = (p: Distribution, { concentration: a, rate }: Gamma, logs: Tensor): Tensor =>
  a.mul(rate.log()).sub(lgamma(a)).add(a.sub(one()).mul(logs)).sub(rate.mul(p.mean));
for (const p of [Beta, Exponential, Pareto]) {
  register<Distribution, Gamma>(p, Gamma, (a, b) => powers(a, b, meanLog.get(p)!(a)));
}
register(Uniform, Gamma, (p, q) => {
  const low = tf.maximum(p.low, zero());
  return powers(p, q, meanLogBetween(low, p.high));
}, fromZero);

/** The mean of exp(-x / scale), which a Gumbel density asks for. */
const meanFall: [DistributionClass<any>, (p: any, scale: Tensor) => Tensor][] = [
  [Exponential, ({ rate }: Exponential, scale) => rate.div(rate.add(scale.reciprocal()))],
  [
    Gamma,
    ({ concentration, rate }: Gamma, scale) => tf.pow(rate.div(rate.add(scale.reciprocal())), concentration),
  ],
  [
    Normal,
    ({ loc, scale: sd }: Normal, scale) => sd.div(scale).square().mul(half()).sub(loc.div(scale)).exp(),
  ],
  [Uniform, ({ low, high }: Uniform, scale) => {
    const width = high.sub(low).div(scale);
    return low.div(scale).neg().exp().mul(expm1(width.neg()).neg()).div(width);
  }],
];
for (const [p, fall] of meanFall) {
  register<Distribution, Gumbel>(p, Gumbel, (a, { loc, scale }) => {
    const mean = a.mean.sub(loc).div(scale), power = loc.div(scale).exp().mul(fall(a, scale));
    return mean.add(power).add(scale.log()).neg();
  });
}

register(Normal, Laplace, (p, q) => {
  const shift = p.loc.sub(q.loc), z = shift.div(p.scale);
  const spread = z.square().mul(constant(-0.5)).exp().mul(p.scale).mul(constant(Math.sqrt(2 / Math.PI)));
  const away = spread.add(shift.mul(tf.erf(z.mul(constant(Math.SQRT1_2)))));
  return away.div(q.scale).add(q.scale.mul(constant(2)).log()).neg();
});
register(Uniform, Beta, ({ low, high }, { concentration1: a, concentration0: b }) => {
  const from = tf.maximum(low, zero()), to = tf.minimum(high, one());
  const logs = a.sub(one()).mul(meanLogBetween(from, to));
  const rest = b.sub(one()).mul(meanLogBetween(one().sub(to), one().sub(from)));
  return logs.add(rest).add(lgamma(a.add(b))).sub(lgamma(a)).sub(lgamma(b));
}, (p) => p.low.greaterEqual(zero()).logicalAnd(p.high.lessEqual(one())));
register(Beta, Uniform, (_p, q) => q.high.sub(q.low).log().neg(), (_p, q) => within(zero(), one(), q));
register(Uniform, Pareto, (p, { scale, alpha }) => {
  const logs = meanLogBetween(tf.maximum(p.low, zero()), p.high);
  return alpha.log().add(alpha.mul(scale.log())).sub(alpha.add(one()).mul(logs));
}, (p, q) => p.low.greaterEqual(q.scale));
register(Bernoulli, Poisson, ({ probs }, { rate }) => xlogy(probs, rate).sub(rate));

registerKl(Pareto, Pareto, (p, q) => {
  const grown = q.alpha.mul(p.scale.div(q.scale).log()).add(itakuraSaito(q.alpha, p.alpha));
  return tf.where(p.scale.greaterEqual(q.scale), grown, infinite());
});
registerKl(Gumbel, Gumbel, (p, q) => {
  const ratio = p.scale.div(q.scale), shift = q.loc.sub(p.loc).div(q.scale);
  const power = shift.add(lgamma(ratio.add(one()))).exp();
  return power.sub(shift).sub(one()).sub(ratio.log()).add(constant(EULER_GAMMA).mul(ratio.sub(one())));
});
registerKl(Cauchy, Cauchy, (p, q) => {
  // ((s + t)^2 + d^2) / (4 s t) is 1 and a square.
  const gap = p.scale.sub(q.scale).square().add(p.loc.sub(q.loc).square());
  return gap.div(p.scale.mul(q.scale).mul(constant(4))).log1p();
});
/** The divergence of one trial. */
const ofTrial = (p: Binomial | Geometric, q: Binomial | Geometric): Tensor => {
  const trial = ({ parameters: { probs, logits } }: Binomial | Geometric) =>
    new Bernoulli(probs ? { probs } : { logits }, { validate: false });
  return klDivergence(trial(p), trial(q));
};
registerKl(Geometric, Geometric, (p, q) => ofTrial(p, q).div(p.probs));
registerKl(Binomial, Binomial, (p, q) => {
  const { totalCount: n } = p, isSame = n.equal(q.totalCount);
  // With more trials in q there is no closed form.
  const none = tf.where(n.greater(q.totalCount), infinite(), constant(NaN));
  return tf.where(isSame, n.mul(ofTrial(p, q)), none);
});

// Where p has values that q has not.
const outside: [DistributionClass<any>, DistributionClass<any>[]][] = [
  [Beta, [Pareto]],
  [Exponential, [Beta, Pareto, Uniform]],
  [Gamma, [Beta, Pareto, Uniform]],
  [Gumbel, [Beta, Exponential, Gamma, Pareto, Uniform]],
  [Laplace, [Beta, Exponential, Gamma, Pareto, Uniform]],
  [Normal, [Beta, Exponential, Gamma, Pareto, Uniform]],
  [Pareto, [Beta, Uniform]],
  [Poisson, [Bernoulli, Binomial]],
];
for (const [p, all] of outside) for (const q of all) registerKl(p, q, infinite);
