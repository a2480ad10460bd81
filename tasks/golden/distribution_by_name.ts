import { asTensor, type TensorLike } from "../../lib/tensor/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import type { Distribution, MultivariateNormalSpread, Transform } from "../../lib/distributions/mod.ts";

/** Parameters by the names that torch and NumPyro give them, such as `scale_tril`. */
type NamedParameters = Record<string, TensorLike>;

/** Makes a distribution from its parameters. */
type Maker = (parameters: NamedParameters) => Distribution;

/** Reads a distribution such as `Normal(1, 2)`. */
function parse(text: unknown): Distribution {
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(String(text))!;
  return distributionByName(name)!(Object.fromEntries(list.split(",").map((x, i) => [i, Number(x)])));
}

const truncatedNormal: Maker = ({ loc, scale, ...ends }) =>
  new dist.Truncated(new dist.Normal(loc, scale), ends);

const toNumber = (size: TensorLike): number => typeof size === "number" ? size : asTensor(size).dataSync()[0];

const matrix = (value: TensorLike | undefined) => value === undefined ? undefined : asTensor(value);

/** Families whose constructors do not take the parameters in the order of their names there. */
const special: Readonly<Record<string, Maker>> = {
  Delta: (p) =>
    new dist.Delta(p.v, { logDensity: p.log_density, eventDim: p.event_dim as number | undefined }),
  EulerMaruyama({ t, drift, diffusion, init }) {
    // The drift is a multiple of the state, as in "-x" and "0.5*x".
    const factor = String(drift).replace(/\*?x$/, ""), slope = Number(factor.replace(/^-?$/, "$&1"));
    return new dist.EulerMaruyama(t, (x) => [x.mul(slope), asTensor(Number(diffusion))], parse(init));
  },
  FoldedDistribution: (p) => new dist.Folded(parse(p.base)),
  GaussianRandomWalk: (p) => new dist.GaussianRandomWalk(p.scale, toNumber(p.num_steps)),
  LKJ: (p) => new dist.LKJ(toNumber(p.dimension), p.concentration),
  LKJCholesky: (p) => new dist.LKJCholesky(toNumber(p.dim), p.concentration),
  LeftTruncatedDistribution: ({ base, low }) => new dist.Truncated(parse(base), { low }),
  MixtureSameFamily: (p) =>
    new dist.Mixture(
      new dist.Categorical(p.mixing_probs),
      new dist.Normal(p.component_loc, p.component_scale),
    ),
  MultivariateNormal(p) {
    const spread: MultivariateNormalSpread = {
      scaleTril: matrix(p.scale_tril),
      covariance: matrix(p.covariance_matrix),
      precision: matrix(p.precision_matrix),
    };
    return new dist.MultivariateNormal(p.loc, spread);
  },
  TruncatedNormal: truncatedNormal,
  "TruncatedNormal(low)": truncatedNormal,
  TwoSidedTruncatedDistribution: ({ base, low, high }) => new dist.Truncated(parse(base), { low, high }),
  ZeroSumNormal: (p) => new dist.ZeroSumNormal(p.scale, JSON.parse(String(p.event_shape))),
  ZeroInflatedPoisson: ({ gate, rate }) => new dist.ZeroInflated(new dist.Poisson(rate), gate),
};

/**
 * Returns the function that makes a distribution of a name in torch or NumPyro, such as
 * `BinomialLogits`, from its parameters by their names there, in the order of its constructor;
 * undefined where there is none of that name. Probabilities and logits come last.
 */
export function distributionByName(name: string): Maker | undefined {
  if (Object.hasOwn(special, name)) return special[name];
  const families: Record<string, unknown> = dist;
  const Family = families[name] ?? families[name.replace(/(Probs|Logits)$/, "")];
  const isFamily = typeof Family === "function" && Family.prototype instanceof dist.Distribution;
  if (!isFamily) return undefined;
  return ({ probs, logits, ...others }) => {
    const choice = probs !== undefined ? [{ probs }] : logits !== undefined ? [{ logits }] : [];
    return Reflect.construct(Family, [...Object.values(others), ...choice]);
  };
}

const makers: Record<string, (...numbers: number[]) => Transform> = {
  Abs: () => new dist.AbsTransform(),
  Affine: (loc, scale) => new dist.AffineTransform(loc, scale),
  CorrCholesky: () => new dist.CorrCholeskyTransform(),
  Exp: () => new dist.ExpTransform(),
  Identity: () => new dist.IdentityTransform(),
  LowerCholesky: () => new dist.LowerCholeskyTransform(),
  Ordered: () => new dist.OrderedTransform(),
  Power: (exponent) => new dist.PowerTransform(exponent),
  Sigmoid: () => new dist.SigmoidTransform(),
  Softmax: () => new dist.SoftmaxTransform(),
  Softplus: () => new dist.SoftplusTransform(),
  StickBreaking: () => new dist.StickBreakingTransform(),
  Tanh: () => new dist.TanhTransform(),
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
