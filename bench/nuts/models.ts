import {
  Bernoulli,
  Cauchy,
  HalfCauchy,
  Normal,
  plate,
  sample,
  scan,
  type Tensor,
  Uniform,
} from "../../mod.ts";
import { ruggedRegression } from "../../lib/models/mod.ts";

/** Any model. */
export type Model = (...data: Tensor[]) => unknown;

/** Eight schools, non-centred (Rubin 1981): effects of coaching `y` with standard errors. */
function eightSchools(y: Tensor, sigma: Tensor): void {
  const mu = sample("mu", new Normal(0, 5)), tau = sample("tau", new HalfCauchy(5));
  using _schools = plate("schools", y.shape[0]);
  const base = sample("theta_base", new Normal(0, 1));
  sample("obs", new Normal(mu.add(tau.mul(base)), sigma), { obs: y });
}

/** A logistic regression with standard normal weights; `x`: [n, d], `y`: [n]. */
function logistic(x: Tensor, y: Tensor): void {
  const [n, d] = x.shape;
  let weights;
  {
    using _weights = plate("weights", d);
    weights = sample("w", new Normal(0, 1));
  }
  using _rows = plate("rows", n);
  const logits = x.matMul(weights.reshape([d, 1])).reshape([n]);
  sample("obs", new Bernoulli({ logits }), { obs: y });
}

/**
 * Stochastic volatility as in Stan's user's guide, non-centred: returns `y`: [T], whose log
 * variance is a stationary autoregressive process.
 */
function stochasticVolatility(y: Tensor): void {
  const mu = sample("mu", new Cauchy(0, 10)), phi = sample("phi", new Uniform(-1, 1));
  const sigma = sample("sigma", new HalfCauchy(5));
  const spread = sigma.div(phi.square().neg().add(1).sqrt());
  const first = mu.add(spread.mul(sample("first", new Normal(0, 1))));
  scan(
    (before: Tensor, y: Tensor): [Tensor, null] => {
      const noise = sample("noise", new Normal(0, 1));
      const h = mu.add(phi.mul(before.sub(mu))).add(sigma.mul(noise));
      sample("obs", new Normal(0, h.div(2).exp()), { obs: y });
      return [h, null];
    },
    first,
    y,
  );
}

/** The models by the names of their figures. */
export const models: Readonly<Record<string, Model>> = {
  schools: eightSchools,
  rugged: ruggedRegression as Model,
  logistic_1k: logistic,
  logistic_20k: logistic,
  volatility: stochasticVolatility,
};
