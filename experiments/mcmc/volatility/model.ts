import { Beta, HalfNormal, Normal } from "@pyrosaur/pyrosaur/distributions";
import { deterministic, sample, scan } from "@pyrosaur/pyrosaur/ppl";
import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** The numbers of the model that all days share. */
export const NUMBERS = ["drift", "level", "persistence", "shocks"] as const;

/** Values of these numbers. */
export type Numbers = Readonly<Record<typeof NUMBERS[number], number>>;

/**
 * Stochastic volatility (Taylor 1986; Kim, Shephard and Chib 1998): the logarithm of the variance
 * of a day's return goes back to `level`, by the share `persistence` a day, and is pushed by normal
 * shocks. It is computed in a scan, from standard forms of the shocks.
 *
 * @param returns of each day, in percent: `[days]`
 */
export function stochasticVolatility(returns: Tensor): void {
  const drift = sample("drift", new Normal(0, 1)), level = sample("level", new Normal(0, 5));
  const persistence = deterministic(
    "persistence",
    sample("persistence_base", new Beta(20, 1.5)).mul(2).sub(1),
  );
  const shocks = sample("shocks", new HalfNormal(0.5));
  const spread = shocks.div(tf.scalar(1).sub(persistence.square()).sqrt());
  const first = sample("before", new Normal(0, 1)).mul(spread);
  const [, logVariances] = scan(
    (before: Tensor, today: Tensor): [Tensor, Tensor] => {
      const next = before.mul(persistence).add(sample("shock", new Normal(0, 1)).mul(shocks));
      const logVariance = level.add(next);
      sample("return", new Normal(drift, logVariance.div(2).exp()), { obs: today });
      return [next, logVariance];
    },
    first,
    returns,
  );
  deterministic("volatility", logVariances.div(2).exp());
}
