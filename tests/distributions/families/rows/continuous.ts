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
};

/** Wrong arguments of these families. */
export const mistakes: readonly Mistake[] = [
  [
    () => new dist.BetaProportion(1, 2),
    "Cannot make BetaProportion: mean has 1, which is not in the constraint unitInterval(0, 1)",
  ],
];
