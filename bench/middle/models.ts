import {
  Bernoulli,
  HalfCauchy,
  HalfNormal,
  LogNormal,
  MultivariateNormal,
  Normal,
  plate,
  Poisson,
  sample,
  scan,
  type Tensor,
  tf,
} from "../../mod.ts";

/** A logistic regression of all rows; `x`: [n, d], `y`: [n]. */
export function logistic(x: Tensor, y: Tensor): void {
  const [n, d] = x.shape;
  const intercept = sample("intercept", new Normal(0, 1));
  const weights = sample("weights", new Normal(tf.zeros([d]), 1).toEvent(1));
  using _rows = plate("rows", n);
  const logits = x.matMul(weights.reshape([d, 1])).reshape([n]).add(intercept);
  sample("y", new Bernoulli({ logits }), { obs: y });
}

/** Eight schools, non-centred (Rubin 1981). */
export function eightSchools(y: Tensor, sigma: Tensor): void {
  const mu = sample("mu", new Normal(0, 5)), tau = sample("tau", new HalfCauchy(5));
  using _schools = plate("schools", y.shape[0]);
  const base = sample("base", new Normal(0, 1));
  sample("y", new Normal(mu.add(tau.mul(base)), sigma), { obs: y });
}

/** Counts of groups with rates of their own; `group`: [n] of numbers of groups, `y`: [n]. */
export function poisson(x: Tensor, group: Tensor, y: Tensor): void {
  const mean = sample("mean", new Normal(0, 1)), spread = sample("spread", new HalfNormal(1));
  const slope = sample("slope", new Normal(0, 1));
  let effects: Tensor;
  {
    using _groups = plate("groups", GROUPS);
    effects = sample("effects", new Normal(0, 1));
  }
  using _rows = plate("rows", x.shape[0]);
  const logRate = mean.add(spread.mul(tf.gather(effects, group))).add(slope.mul(x)) as Tensor;
  sample("y", new Poisson(logRate.exp()), { obs: y });
}

/** The groups of `poisson`. */
export const GROUPS = 40;

/** A Gaussian process with a squared exponential kernel; `x`, `y`: [n]. */
export function gaussianProcess(x: Tensor, y: Tensor): void {
  const variance = sample("variance", new LogNormal(0, 1)), length = sample("length", new LogNormal(0, 1));
  const noise = sample("noise", new LogNormal(-1, 1)), n = x.shape[0];
  const distance = x.expandDims(1).sub(x.expandDims(0)).div(length);
  const kernel = variance.mul(distance.square().mul(-0.5).exp());
  const covariance = kernel.add(tf.eye(n).mul(noise.add(1e-3))) as Tensor;
  sample("y", new MultivariateNormal(tf.zeros([n]), { covariance }), { obs: y });
}

/** A level that walks at random, seen with noise; `y`: [T]. */
export function localLevel(y: Tensor): void {
  const walk = sample("walk", new HalfNormal(1)), noise = sample("noise", new HalfNormal(1));
  scan(
    (before: Tensor, seen: Tensor): [Tensor, null] => {
      const level = sample("level", new Normal(before, walk));
      sample("y", new Normal(level, noise), { obs: seen });
      return [level, null];
    },
    tf.scalar(0) as Tensor,
    y,
  );
}

/** Probabilistic principal components; `y`: [n, d]. */
export function ppca(y: Tensor): void {
  const [n, d] = y.shape, noise = sample("noise", new HalfNormal(1));
  const loadings = sample("loadings", new Normal(tf.zeros([d, COMPONENTS]), 1).toEvent(2));
  using _rows = plate("rows", n);
  const z = sample("z", new Normal(tf.zeros([COMPONENTS]), 1).toEvent(1));
  sample("y", new Normal(z.matMul(loadings, false, true) as Tensor, noise).toEvent(1), { obs: y });
}

/** The components of `ppca`. */
const COMPONENTS = 3;
