import { asTensor, type TensorLike } from "../../lib/tensor/mod.ts";
import {
  AbsTransform,
  AffineTransform,
  AsymmetricLaplace,
  Bernoulli,
  Beta,
  Categorical,
  Cauchy,
  Chi2,
  CorrCholeskyTransform,
  Delta,
  Dirichlet,
  type Distribution,
  Exponential,
  ExpTransform,
  Gamma,
  GammaPoisson,
  Geometric,
  Gompertz,
  Gumbel,
  HalfCauchy,
  HalfNormal,
  HalfStudentT,
  IdentityTransform,
  InverseGamma,
  Kumaraswamy,
  Laplace,
  Levy,
  Logistic,
  LogNormal,
  LogUniform,
  LowerCholeskyTransform,
  MultivariateNormal,
  type MultivariateNormalSpread,
  NegativeBinomial,
  NegativeBinomial2,
  Normal,
  OneHotCategorical,
  OrderedTransform,
  Pareto,
  Poisson,
  PowerTransform,
  SigmoidTransform,
  SoftLaplace,
  SoftmaxTransform,
  SoftplusTransform,
  StickBreakingTransform,
  StudentT,
  TanhTransform,
  type Transform,
  Uniform,
  Weibull,
} from "../../lib/distributions/mod.ts";

/** Parameters by the names that torch and NumPyro give them, such as `scale_tril`. */
type NamedParameters = Record<string, TensorLike>;

/** Makes a distribution from its parameters. */
type Maker = (parameters: NamedParameters) => Distribution;

const matrix = (value: TensorLike | undefined) => value === undefined ? undefined : asTensor(value);

/**
 * Makes a distribution from its name in torch or NumPyro and its parameters by their names there.
 */
export const distributionByName: Readonly<Record<string, Maker>> = {
  AsymmetricLaplace: (p) => new AsymmetricLaplace(p.loc, p.scale, p.asymmetry),
  Bernoulli: (p) => new Bernoulli(p),
  BernoulliLogits: (p) => new Bernoulli(p),
  BernoulliProbs: (p) => new Bernoulli(p),
  Beta: (p) => new Beta(p.concentration1, p.concentration0),
  Categorical: (p) => new Categorical(p),
  CategoricalLogits: (p) => new Categorical(p),
  CategoricalProbs: (p) => new Categorical(p),
  Cauchy: (p) => new Cauchy(p.loc, p.scale),
  Chi2: (p) => new Chi2(p.df),
  Delta: (p) => new Delta(p.v, { logDensity: p.log_density, eventDim: p.event_dim as number | undefined }),
  Dirichlet: (p) => new Dirichlet(p.concentration),
  Exponential: (p) => new Exponential(p.rate),
  Gamma: (p) => new Gamma(p.concentration, p.rate),
  GammaPoisson: (p) => new GammaPoisson(p.concentration, p.rate),
  Geometric: (p) => new Geometric(p),
  GeometricLogits: (p) => new Geometric(p),
  GeometricProbs: (p) => new Geometric(p),
  Gompertz: (p) => new Gompertz(p.concentration, p.rate),
  Gumbel: (p) => new Gumbel(p.loc, p.scale),
  HalfCauchy: (p) => new HalfCauchy(p.scale),
  HalfNormal: (p) => new HalfNormal(p.scale),
  HalfStudentT: (p) => new HalfStudentT(p.df, p.scale),
  InverseGamma: (p) => new InverseGamma(p.concentration, p.rate),
  Kumaraswamy: (p) => new Kumaraswamy(p.concentration1, p.concentration0),
  Laplace: (p) => new Laplace(p.loc, p.scale),
  Levy: (p) => new Levy(p.loc, p.scale),
  LogNormal: (p) => new LogNormal(p.loc, p.scale),
  LogUniform: (p) => new LogUniform(p.low, p.high),
  Logistic: (p) => new Logistic(p.loc, p.scale),
  MultivariateNormal: (p) => {
    const spread: MultivariateNormalSpread = {
      scaleTril: matrix(p.scale_tril),
      covariance: matrix(p.covariance_matrix),
      precision: matrix(p.precision_matrix),
    };
    return new MultivariateNormal(p.loc, spread);
  },
  NegativeBinomial2: (p) => new NegativeBinomial2(p.mean, p.concentration),
  NegativeBinomialLogits: ({ total_count, logits }) => new NegativeBinomial(total_count, { logits }),
  NegativeBinomialProbs: ({ total_count, probs }) => new NegativeBinomial(total_count, { probs }),
  Normal: (p) => new Normal(p.loc, p.scale),
  OneHotCategorical: (p) => new OneHotCategorical(p),
  OneHotCategoricalLogits: (p) => new OneHotCategorical(p),
  OneHotCategoricalProbs: (p) => new OneHotCategorical(p),
  Pareto: (p) => new Pareto(p.scale, p.alpha),
  Poisson: (p) => new Poisson(p.rate),
  SoftLaplace: (p) => new SoftLaplace(p.loc, p.scale),
  StudentT: (p) => new StudentT(p.df, p.loc, p.scale),
  Uniform: (p) => new Uniform(p.low, p.high),
  Weibull: (p) => new Weibull(p.scale, p.concentration),
};

const makers: Record<string, (...numbers: number[]) => Transform> = {
  Abs: () => new AbsTransform(),
  Affine: (loc, scale) => new AffineTransform(loc, scale),
  CorrCholesky: () => new CorrCholeskyTransform(),
  Exp: () => new ExpTransform(),
  Identity: () => new IdentityTransform(),
  LowerCholesky: () => new LowerCholeskyTransform(),
  Ordered: () => new OrderedTransform(),
  Power: (exponent) => new PowerTransform(exponent),
  Sigmoid: () => new SigmoidTransform(),
  Softmax: () => new SoftmaxTransform(),
  Softplus: () => new SoftplusTransform(),
  StickBreaking: () => new StickBreakingTransform(),
  Tanh: () => new TanhTransform(),
};

/**
 * Returns the transform of a name such as `Exp` or `Affine(1,-2)`, or undefined where there is none
 * of that name.
 */
export function transformByName(name: string): Transform | undefined {
  const [, kind, list] = /^(\w+)(?:\(([^)]*)\))?$/.exec(name) ?? [];
  return Object.hasOwn(makers, kind ?? "")
    ? makers[kind](...(list ? list.split(",").map(Number) : []))
    : undefined;
}
