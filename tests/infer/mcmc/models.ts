import { MCMC, NUTS } from "../../../lib/infer/mod.ts";
import { HalfCauchy, Normal } from "../../../lib/distributions/mod.ts";
import { plate, sample } from "../../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

/** The effects of coaching in eight schools, and their standard errors (Rubin 1981). */
export const schools: Tensor[] = [
  tf.tensor1d([28, 8, -3, 7, -1, 1, 18, 12]),
  tf.tensor1d([15, 10, 16, 11, 9, 11, 10, 18]),
];

/** Eight schools, non-centred. */
export function eightSchools(y: Tensor, sigma: Tensor): void {
  const mu = sample("mu", new Normal(0, 5)), tau = sample("tau", new HalfCauchy(5));
  using _schools = plate("schools", 8);
  const base = sample("theta_base", new Normal(0, 1));
  sample("obs", new Normal(mu.add(tau.mul(base)), sigma), { obs: y });
}

/** Two chains of many transitions and a small state. */
export const longRun = (numWorkers: number): MCMC =>
  new MCMC(new NUTS(eightSchools), {
    numWarmup: 500,
    numSamples: 6000,
    thinning: 10,
    numChains: 2,
    numWorkers,
  });
