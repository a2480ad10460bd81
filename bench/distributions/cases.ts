import * as dist from "../../lib/distributions/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";

/** A family with parameters, and the same in other libraries. */
export interface DistributionCase {
  /** The family's name. */
  readonly name: string;
  /** Makes it from its parameters. */
  make(...parameters: Tensor[]): dist.Distribution;
  /** The parameters: numbers, vectors or matrices. */
  readonly parameters: readonly any[];
  /** The same in Python, of the parameters a, b, c and d: by NumPyro, and by torch. */
  readonly numpyro?: string;
  readonly torch?: string;
}

type Families = Record<string, new (...parameters: any[]) => dist.Distribution>;

/** A family whose parameters come in the same order everywhere, under the same name or others. */
function plain(
  name: string,
  parameters: readonly any[],
  peers?: Pick<DistributionCase, "numpyro" | "torch">,
) {
  const list = ["a", "b", "c", "d"].slice(0, parameters.length).join(", ");
  const call = (name: string | undefined) => name && !name.includes("(") ? `${name}(${list})` : name;
  const { numpyro, torch } = peers ?? { numpyro: name, torch: name };
  const Family = (dist as unknown as Families)[name];
  const make = (...given: Tensor[]) => new Family(...given);
  return { name, make, parameters, numpyro: call(numpyro), torch: call(torch) };
}
/** A family that torch does not have. */
const withoutTorch = (name: string, parameters: readonly any[], numpyro: string = name): DistributionCase =>
  plain(name, parameters, { numpyro });

const probs = [0.2, 0.3, 0.5], scaleTril = [[1, 0, 0], [0.5, 2, 0], [-1, 0.3, 0.5]];
const scale = [[1, 0.2, 0.1], [0.2, 2, 0], [0.1, 0, 1.5]], loc = [0, 1, 2];

/** The families. */
export const cases: readonly DistributionCase[] = [
  plain("Normal", [0.5, 2]),
  plain("LogNormal", [0.5, 0.4]),
  plain("HalfNormal", [2]),
  plain("Uniform", [-1, 4]),
  plain("Exponential", [0.5]),
  plain("Gamma", [3.5, 2]),
  plain("Chi2", [7]),
  plain("Beta", [2.5, 4]),
  withoutTorch("BetaProportion", [0.4, 9]),
  plain("StudentT", [5, 1, 2]),
  plain("HalfStudentT", [5, 2], {}),
  plain("Laplace", [1, 2]),
  withoutTorch("AsymmetricLaplace", [1, 2, 0.7]),
  withoutTorch("SoftLaplace", [1, 2]),
  withoutTorch("Logistic", [1, 2]),
  plain("LogLogistic", [1, 0.1], {}),
  plain("Gumbel", [1, 2]),
  plain("Weibull", [2, 1.5]),
  plain("Pareto", [2, 8]),
  withoutTorch("LogUniform", [0.5, 8]),
  plain("InverseGamma", [9, 4]),
  plain("InverseGaussian", [2, 3], {}),
  plain("Kumaraswamy", [2, 3], { numpyro: "Kumaraswamy", torch: "Kumaraswamy" }),
  plain("Cauchy", [1, 2]),
  plain("HalfCauchy", [2]),
  withoutTorch("Levy", [1, 2]),
  withoutTorch("Gompertz", [0.5, 1.5]),
  plain("VonMises", [1, 3]),
  plain("Chi", [6], {}),
  plain("SkewNormal", [1, 2, -3], {}),
  plain("RelaxedBernoulli", [0.5, 0.3], { numpyro: "RelaxedBernoulli(a, b)", torch: "RelaxedBernoulli" }),
  plain("Bernoulli", [0.3]),
  {
    name: "BernoulliLogits",
    make: (logits) => new dist.Bernoulli({ logits }),
    parameters: [-1],
    numpyro: "Bernoulli(logits=a)",
    torch: "Bernoulli(logits=a)",
  },
  plain("Binomial", [20, 0.3], { numpyro: "Binomial(20, b)", torch: "Binomial(int(a), b)" }),
  withoutTorch("BetaBinomial", [2, 3, 20], "BetaBinomial(a, b, 20)"),
  plain("Poisson", [4]),
  { ...plain("Poisson", [100]), name: "PoissonLarge" },
  plain("Geometric", [0.3]),
  plain("NegativeBinomial", [9, 0.3], { numpyro: "NegativeBinomial(a, b)", torch: "NegativeBinomial" }),
  withoutTorch("NegativeBinomial2", [9, 3]),
  withoutTorch("GammaPoisson", [9, 3]),
  withoutTorch("DiscreteUniform", [0, 9], "DiscreteUniform(0, 9)"),
  withoutTorch("OrderedLogistic", [0.3, [-1, 0.5, 2]]),
  plain("Categorical", [probs]),
  plain("OneHotCategorical", [probs], { torch: "OneHotCategorical" }),
  plain("Multinomial", [20, probs], {
    numpyro: "Multinomial(20, b)",
    torch: "Multinomial(20, b)",
  }),
  withoutTorch("DirichletMultinomial", [[1, 2, 3], 20], "DirichletMultinomial(a, 20)"),
  plain("Dirichlet", [[1, 2, 3]]),
  plain("RelaxedOneHotCategorical", [0.5, probs], { torch: "RelaxedOneHotCategorical" }),
  {
    name: "MultivariateNormal",
    make: (loc, scaleTril) => new dist.MultivariateNormal(loc, { scaleTril }),
    parameters: [loc, scaleTril],
    numpyro: "MultivariateNormal(a, scale_tril=b)",
    torch: "MultivariateNormal(a, scale_tril=b)",
  },
  withoutTorch("MultivariateStudentT", [5, loc, scaleTril]),
  plain("LowRankMultivariateNormal", [loc, [[1], [0.5], [-1]], [1, 2, 0.5]]),
  withoutTorch("MatrixNormal", [[[0, 1, 2], [1, 0, 1]], [[1, 0], [0.5, 2]], scaleTril]),
  {
    name: "GaussianRandomWalk",
    make: (scale) => new dist.GaussianRandomWalk(scale, 10),
    parameters: [2],
    numpyro: "GaussianRandomWalk(a, 10)",
  },
  {
    name: "LKJCholesky",
    make: (concentration) => new dist.LKJCholesky(3, concentration),
    parameters: [1.5],
    numpyro: "LKJCholesky(3, a)",
    torch: "LKJCholesky(3, a)",
  },
  plain("Wishart", [6, scale], { numpyro: "Wishart(a, scale_matrix=b)", torch: "Wishart(a, b)" }),
  withoutTorch("WishartCholesky", [6, scale], "WishartCholesky(a, scale_matrix=b)"),
  withoutTorch("InverseWishart", [9, scale], "InverseWishart(a, scale_matrix=b)"),
  {
    name: "TruncatedNormal",
    make: (loc, scale, low, high) => new dist.Truncated(new dist.Normal(loc, scale), { low, high }),
    parameters: [0, 1, -1, 2],
    numpyro: "TruncatedNormal(a, b, low=c, high=d)",
  },
  {
    name: "ZeroInflatedPoisson",
    make: (gate, rate) => new dist.ZeroInflated(new dist.Poisson(rate), gate),
    parameters: [0.3, 4],
    numpyro: "ZeroInflatedPoisson(a, b)",
  },
  {
    name: "Mixture",
    make: (probs, loc, scale) => new dist.Mixture(new dist.Categorical(probs), new dist.Normal(loc, scale)),
    parameters: [probs, loc, [1, 2, 0.5]],
    numpyro: "MixtureSameFamily(dist.Categorical(a), dist.Normal(b, c))",
    torch: "MixtureSameFamily(dist.Categorical(a), dist.Normal(b, c))",
  },
];
