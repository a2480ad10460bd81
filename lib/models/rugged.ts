import { constraints, LogNormal, Normal, Uniform } from "../distributions/mod.ts";
import { param, plate, sample } from "../ppl/mod.ts";
import { random, type Tensor, tf } from "../tensor/mod.ts";

/** The data of the regression: one entry a country. */
export type RuggedData = [isAfrica: Tensor, ruggedness: Tensor, logGdp?: Tensor];

/**
 * Regresses a country's log GDP on the ruggedness of its terrain, with a different slope for
 * Africa: the model of Pyro's introduction, after McElreath's Statistical Rethinking (the data:
 * Nunn and Puga 2012).
 *
 * Sites `a`, `bA`, `bR`, `bAR`, `sigma`, and `obs` in the plate `data`.
 *
 * @param isAfrica 1 for a country in Africa, else 0; shape [n]
 * @param ruggedness of its terrain; shape [n]
 * @param logGdp the logarithm of GDP per head, where it is observed; shape [n]
 * @returns the observations, or predictions; shape [n]
 */
export function ruggedRegression(isAfrica: Tensor, ruggedness: Tensor, logGdp?: Tensor): Tensor {
  const a = sample("a", new Normal(0, 10));
  const bA = sample("bA", new Normal(0, 1));
  const bR = sample("bR", new Normal(0, 1));
  const bAR = sample("bAR", new Normal(0, 1));
  const sigma = sample("sigma", new Uniform(0, 10));
  const mean = a.add(bA.mul(isAfrica)).add(bR.mul(ruggedness)).add(bAR.mul(isAfrica.mul(ruggedness)));
  using _data = plate("data", ruggedness.shape[0]);
  return sample("obs", new Normal(mean, sigma), { obs: logGdp });
}

/** Regresses with parameters in place of priors: maximising the likelihood is least squares. */
export function ruggedLikelihood(isAfrica: Tensor, ruggedness: Tensor, logGdp?: Tensor): Tensor {
  const coefficient = (name: string) => param(name, (key) => random.normal(key));
  const a = coefficient("a"), bA = coefficient("bA"), bR = coefficient("bR"), bAR = coefficient("bAR");
  const sigma = param("sigma", tf.scalar(1), { constraint: constraints.positive });
  const mean = a.add(bA.mul(isAfrica)).add(bR.mul(ruggedness)).add(bAR.mul(isAfrica.mul(ruggedness)));
  using _data = plate("data", ruggedness.shape[0]);
  return sample("obs", new Normal(mean, sigma), { obs: logGdp });
}

/**
 * Guides `ruggedRegression` as Pyro's introduction does by hand: by independent normals, and a
 * log-normal of fixed width for sigma.
 */
export function ruggedGuide(..._data: unknown[]): void {
  const aLoc = param("a_loc", tf.scalar(0));
  const aScale = param("a_scale", tf.scalar(1), { constraint: constraints.positive });
  const sigmaLoc = param("sigma_loc", tf.scalar(0));
  const weightsLoc = param("weights_loc", (key) => random.normal(key, [3]));
  const weightsScale = param("weights_scale", tf.ones([3]), { constraint: constraints.positive });
  sample("a", new Normal(aLoc, aScale));
  for (const [i, name] of ["bA", "bR", "bAR"].entries()) {
    const [loc, scale] = [weightsLoc, weightsScale].map((all) => all.slice([i], [1]).reshape([]));
    sample(name, new Normal(loc, scale));
  }
  sample("sigma", new LogNormal(sigmaLoc, 0.05));
}
