import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { vmap } from "../../compile/mod.ts";
import { Categorical } from "../../distributions/mod.ts";
import {
  bayesianLinear,
  checkSizes,
  type Initialiser,
  type MeanField,
  meanField,
  mlp,
  type MlpParams,
  normal,
} from "../../nn/mod.ts";
import { plate, type Prior, sample } from "../../ppl/mod.ts";
import { formatShape, type Tensor } from "../../tensor/mod.ts";

/** Options of `bayesianClassifier`; the defaults are those of Chopra's experiment. */
export interface BayesianClassifierOptions {
  /** Numbers of inputs, of units in each hidden layer, and of classes (default [784, 1024, 10]). */
  sizes?: readonly number[];
  /**
   * The number of data that batches are taken from: the likelihood of a batch then counts as that
   * of all (default: none, it counts as it is, and the data are a batch alone).
   */
  dataSize?: number;
  /** The prior of the weights of each layer (default a standard normal of each). */
  prior?: Prior;
  /** First means of the guide (default draws of a standard normal). */
  locInit?: Initialiser;
  /** First scales of the guide before the softplus (default draws of a standard normal). */
  rhoInit?: Initialiser;
  /** True to train with noise on activations in the place of weights (default false). */
  localReparameterisation?: boolean;
}

const optionNames: OptionNames<BayesianClassifierOptions> = {
  sizes: true,
  dataSize: true,
  prior: true,
  locInit: true,
  rhoInit: true,
  localReparameterisation: true,
};

/** A model and its guide. */
export interface BayesianClassifier {
  /**
   * Sites `net.layers[0].weight` and so on, and `labels`.
   *
   * @param inputs [rows, inputs]
   * @param labels the classes, int32 [rows]; without them they are drawn
   * @returns the logits: [rows, classes]
   */
  model(inputs: Tensor, labels?: Tensor): Tensor;
  /** The mean field over the weights; it takes the model's arguments and uses none. */
  guide(inputs?: Tensor, labels?: Tensor): void;
  /** The parameters of the guide, and the networks they are of. */
  readonly family: MeanField<MlpParams>;
  /** The sizes and the number of data. */
  readonly options: { readonly sizes: readonly number[]; readonly dataSize?: number };
}

/**
 * Makes a multilayer perceptron of rectified units that tells classes apart, with a prior on every
 * weight and a mean field as guide. Sizes and details by default as in Chopra's "Making Your Neural
 * Network Say I Don't Know" (2018), which trains without `dataSize`: there the prior weighs as much
 * beside one batch as it should beside all data.
 *
 * @throws Error for fewer than two sizes, and for sizes that are no positive integers; when run,
 * for inputs of another size and for priors whose shapes do not fit.
 *
 * @example Draws from the prior
 * ```ts
 * import { bayesianClassifier } from "@pyrosaur/pyrosaur/models";
 * import { seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const { model } = bayesianClassifier({ sizes: [4, 8, 3], dataSize: 1000 });
 * const run = trace(seed(model, random.key(0))).get(tf.ones([5, 4]));
 * assert.deepEqual(run.value("net.layers[0].weight").shape, [8, 4]);
 * assert.deepEqual(run.value("labels").shape, [5]);
 * ```
 */
export function bayesianClassifier(options?: BayesianClassifierOptions): BayesianClassifier {
  checkOptions("make a Bayesian classifier", options, optionNames);
  const { sizes = [784, 1024, 10], dataSize, prior, localReparameterisation } = options ?? {};
  const { locInit = normal(), rhoInit = normal() } = options ?? {}, first = { locInit, rhoInit };
  if (dataSize !== undefined) checkSizes("a Bayesian classifier", { dataSize });
  const family = meanField(mlp(sizes), first);
  const layers = sizes.slice(1).map((out, i) =>
    bayesianLinear(sizes[i], out, { ...first, prior, localReparameterisation })
  );
  const nameOf = (i: number): string => `net.layers[${i}]`;

  function model(inputs: Tensor, labels?: Tensor): Tensor {
    checkRows(inputs, labels);
    const drawn = layers.map((layer, i) => layer.model(nameOf(i)));
    const logits = drawn.reduce((h, layer, i) => i === 0 ? layer(h) : layer(h.relu()), inputs);
    const classes = new Categorical({ logits });
    if (dataSize === undefined) {
      sample("labels", classes.toEvent(1), { obs: labels });
      return logits;
    }
    using _data = plate("data", dataSize, { subsampleSize: inputs.shape[0] });
    sample("labels", classes, { obs: labels });
    return logits;
  }

  function guide(): void {
    layers.forEach((layer, i) => layer.guide(nameOf(i)));
  }

  return { model, guide, family, options: { sizes, ...(dataSize !== undefined && { dataSize }) } };
}

function checkRows(inputs: Tensor, labels?: Tensor): void {
  if (!labels || (labels.rank === 1 && labels.shape[0] === inputs.shape[0])) return;
  const [found, rows] = [formatShape(labels.shape), formatShape(inputs.shape)];
  throw new Error(`Cannot classify: labels have shape ${found}, expected one for each row of inputs ${rows}`);
}

/**
 * Returns the logits of several networks: [networks, rows, classes].
 *
 * @param networks the parameters of multilayer perceptrons, each tensor [networks, ...]
 * @param inputs [rows, inputs]
 */
export function networkLogits(networks: MlpParams, inputs: Tensor): Tensor {
  const sizes = networks.layers.map(({ weight }) => weight.shape.at(-1)!);
  const net = mlp([...sizes, networks.layers.at(-1)!.weight.shape.at(-2)!]);
  return vmap((params: MlpParams) => net.apply(params, inputs))(networks);
}
