import * as dist from "../../../../lib/distributions/mod.ts";
import type { Mistake, Row } from "./row.ts";

/** Families of numbers with densities. */
export const rows: Readonly<Record<string, Row>> = {
  Normal: [(a, b) => new dist.Normal(a, b), [0, 3], 2],
  LogNormal: [(a, b) => new dist.LogNormal(a, b), [0, 0.5], 0.4],
  HalfNormal: [(a) => new dist.HalfNormal(a), [1, 3]],
  Uniform: [(a, b) => new dist.Uniform(a, b), [0, -1], 4],
  Exponential: [(a) => new dist.Exponential(a), [0.5, 2]],
  Gamma: [(a, b) => new dist.Gamma(a, b), [0.7, 5], [1, 2]],
  Chi2: [(a) => new dist.Chi2(a), [3, 7]],
  Beta: [(a, b) => new dist.Beta(a, b), [0.8, 5], 2],
  StudentT: [(a, b, c) => new dist.StudentT(a, b, c), [12, 20], 1, 2],
  Laplace: [(a, b) => new dist.Laplace(a, b), [0, 1], 2],
  Logistic: [(a, b) => new dist.Logistic(a, b), [0, 1], 2],
  Gumbel: [(a, b) => new dist.Gumbel(a, b), [0, 1], 2],
  SoftLaplace: [(a, b) => new dist.SoftLaplace(a, b), [0, 1], 2],
  AsymmetricLaplace: [(a, b, c) => new dist.AsymmetricLaplace(a, b, c), [0, 1], 2, [0.5, 2]],
  Weibull: [(a, b) => new dist.Weibull(a, b), [1, 2], [1.5, 4]],
  Pareto: [(a, b) => new dist.Pareto(a, b), [1, 2], [8, 9]],
  LogUniform: [(a, b) => new dist.LogUniform(a, b), [0.5, 1], [2, 8]],
  InverseGamma: [(a, b) => new dist.InverseGamma(a, b), [9, 12], [1, 4]],
  Kumaraswamy: [(a, b) => new dist.Kumaraswamy(a, b), [0.8, 3], [2, 0.7]],
  HalfStudentT: [(a, b) => new dist.HalfStudentT(a, b), [12, 20], 2],
  Cauchy: [(a, b) => new dist.Cauchy(a, b), [0, 3], 2],
  HalfCauchy: [(a) => new dist.HalfCauchy(a), [1, 3]],
  Levy: [(a, b) => new dist.Levy(a, b), [0, 1], 2],
  Gompertz: [(a, b) => new dist.Gompertz(a, b), [0.5, 2], [1.5, 1]],
  BetaProportion: [(a, b) => new dist.BetaProportion(a, b), [0.3, 0.6], [4, 9]],
  VonMises: [(loc, k) => new dist.VonMises(loc, k), [0, 2], [1, 6]],
  InverseGaussian: [(a, b) => new dist.InverseGaussian(a, b), [1, 2], [3, 1.5]],
  Chi: [(df) => new dist.Chi(df), [1, 6]],
  LogLogistic: [(a, b) => new dist.LogLogistic(a, b), [0, 1], [0.1, 0.05]],
  SkewNormal: [(a, b, c) => new dist.SkewNormal(a, b, c), [0, 1], 2, [-3, 1]],
  ExponentiallyModifiedGaussian: [
    (a, b, c) => new dist.ExponentiallyModifiedGaussian(a, b, c),
    [0, 1],
    2,
    [0.3, 2],
  ],
  RelaxedBernoulli: [(t, p) => new dist.RelaxedBernoulli(t, p), [0.5, 2], [0.3, 0.8]],
  "RelaxedBernoulli by logits": [(t, l) => new dist.RelaxedBernoulli(t, { logits: l }), [0.5, 2], [-1, 1]],
};

/** Wrong arguments of these families. */
export const mistakes: readonly Mistake[] = [
  [
    () => new dist.VonMises(0, 0),
    "Cannot make VonMises: concentration has 0, which is not in the constraint positive",
  ],
  [
    () => new dist.VonMises(0, 1).logProb(4),
    "Cannot score VonMises: value has 4; expected values in the support, interval(-3.141592653589793, 3.141592653589793)",
  ],
  [
    () => new dist.InverseGaussian(-1, 1),
    "Cannot make InverseGaussian: loc has -1, which is not in the constraint positive",
  ],
  [
    () => new dist.InverseGaussian(1, 1).logProb(0),
    "Cannot score InverseGaussian: value has 0; expected values in the support, positive",
  ],
  [() => new dist.Chi(-1), "Cannot make Chi: df has -1, which is not in the constraint positive"],
  [
    () => new dist.LogLogistic(0, 0),
    "Cannot make LogLogistic: scale has 0, which is not in the constraint positive",
  ],
  [
    () => new dist.SkewNormal(0, 1, NaN),
    "Cannot make SkewNormal: skewness has NaN, which is not in the constraint real",
  ],
  [
    () => new dist.ExponentiallyModifiedGaussian(0, 0, 1),
    "Cannot make ExponentiallyModifiedGaussian: scale has 0, which is not in the constraint positive",
  ],
  [
    () => new dist.ExponentiallyModifiedGaussian(0, 1, [1, -1]),
    "Cannot make ExponentiallyModifiedGaussian: rate has -1 at [1], which is not in the constraint positive",
  ],
  [
    () => new dist.ExponentiallyModifiedGaussian(0, 1, 1).logProb(NaN),
    "Cannot score ExponentiallyModifiedGaussian: value has NaN; expected values in the support, real",
  ],
  [
    () => new dist.ExponentiallyModifiedGaussian().entropy(),
    "ExponentiallyModifiedGaussian has no entropy in closed form; average -logProb over samples instead",
  ],
  [
    () => new dist.RelaxedBernoulli(1, 0.5).entropy(),
    "RelaxedBernoulli has no entropy in closed form; average -logProb over samples instead",
  ],
  [
    () => new dist.RelaxedBernoulli(0, 0.5),
    "Cannot make RelaxedBernoulli: temperature has 0, which is not in the constraint positive",
  ],
  [
    () => new dist.RelaxedBernoulli(1, { probs: 0.5, logits: 1 }),
    "Cannot make RelaxedBernoulli: expected either probs or logits, found both",
  ],
  [
    () => new dist.BetaProportion(1, 2),
    "Cannot make BetaProportion: mean has 1, which is not in the constraint unitInterval(0, 1)",
  ],
];
