import { constraints, Distribution, HalfNormal, Normal } from "../../distributions/mod.ts";
import {
  module,
  type Net,
  param,
  plate,
  type Prior,
  randomModule,
  sample,
  subsample,
} from "../../ppl/mod.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { formatShape, type Tensor, tf } from "../../tensor/mod.ts";

/** Options of `networkRegression`. */
export interface NetworkRegressionOptions {
  /** The prior of the parameters, as `randomModule` takes it (default N(0, 1) for each). */
  readonly prior?: Prior;
  /**
   * The standard deviation of the noise: a positive number, or the prior of the site `sigma`
   * (default HalfNormal(1)).
   */
  readonly noise?: number | Distribution;
  /** The rows of data that take part in a step (default: all). */
  readonly batchSize?: number;
}

const optionNames: OptionNames<NetworkRegressionOptions> = { prior: true, noise: true, batchSize: true };

/** A model of n rows: inputs [n, ...], and targets [n] where they are observed. */
export type RegressionModel = (x: Tensor, y?: Tensor) => Tensor;

/** A regression by a network, with and without priors. */
export interface NetworkRegression {
  /**
   * The Bayesian network: the parameters are sites `net.layers[0].weight` and so on, the noise is
   * `sigma`, the targets are `y` in the plate `data`. Returns the targets, or predictions.
   */
  readonly model: RegressionModel;
  /**
   * The same with parameters in place of latent sites, for maximum likelihood with a guide without
   * sites: with noise of a fixed size, that is least squares.
   */
  readonly likelihood: RegressionModel;
}

/**
 * Makes a regression by a network whose output is the mean of a normal target.
 *
 * @param net a network with one output, such as `mlp([49, 25, 1])`
 * @throws Error for noise that is neither positive nor a distribution; when run, where the output
 * of the network is not one number a row, and for a batch that is larger than the data.
 *
 * @example A Bayesian network, of which nothing has been learnt
 * ```ts
 * import { networkRegression } from "@pyrosaur/pyrosaur/models";
 * import { mlp } from "@pyrosaur/pyrosaur/nn";
 * import { seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const { model } = networkRegression(mlp([2, 3, 1]), { noise: 0.1 });
 * const run = trace(seed(model, random.key(0))).get(tf.ones([5, 2]));
 * assert.deepEqual(run.sampleSite("net.layers[0].weight").value.shape, [3, 2]);
 * assert.deepEqual(run.sampleSite("y").value.shape, [5]);
 * ```
 */
export function networkRegression<P>(
  net: Net<P, [x: Tensor], Tensor>,
  options: NetworkRegressionOptions = {},
): NetworkRegression {
  checkOptions("make a network regression", options, optionNames);
  const { prior = new Normal(0, 1), noise = new HalfNormal(1), batchSize } = options;
  if (!(noise instanceof Distribution || noise > 0)) {
    throw new Error(
      `Cannot make a network regression: the noise is ${noise}, expected a positive number or a distribution`,
    );
  }
  const targets = (apply: (x: Tensor) => Tensor, sd: number | Tensor, x: Tensor, y?: Tensor): Tensor => {
    const rows = x.shape[0];
    // All of what is to be predicted is.
    using _data = plate("data", rows, { subsampleSize: y && batchSize });
    const own = y ? subsample(x, x.rank - 1) : x, mean = apply(own);
    if (mean.rank !== 2 || mean.shape[0] !== own.shape[0] || mean.shape[1] !== 1) {
      throw new Error(
        `Cannot regress: the network's output has shape ${formatShape(mean.shape)}, expected ` +
          `${formatShape([own.shape[0], 1])}: one number for each row of the inputs`,
      );
    }
    return sample("y", new Normal(mean.reshape([-1]), sd), { obs: y && subsample(y, 0) });
  };
  return {
    model(x, y) {
      const apply = randomModule("net", net, prior);
      return targets(apply, noise instanceof Distribution ? sample("sigma", noise) : noise, x, y);
    },
    likelihood(x, y) {
      const sd = noise instanceof Distribution
        ? param("sigma", tf.scalar(1), { constraint: constraints.positive })
        : noise;
      return targets(module("net", net), sd, x, y);
    },
  };
}
