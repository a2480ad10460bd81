import { checkOptions, type OptionNames } from "../system/mod.ts";
import type { Net } from "../ppl/mod.ts";
import type { Key, Tensor } from "../tensor/mod.ts";
import { type Activation, activation } from "./activations.ts";
import { checkSizes } from "./checks.ts";
import { linear, linearOptionNames, type LinearOptions, type LinearParams } from "./linear.ts";

/** The parameters of a multilayer perceptron. */
export type MlpParams = {
  /** The layers, the first one first. */
  layers: LinearParams[];
};

/** Options of `mlp`; those of `linear` hold for all layers. */
export interface MlpOptions extends LinearOptions {
  /** The function that is applied to each hidden layer (default "relu"). */
  activation?: Activation;
  /** The function that is applied to the last layer (default "identity"). */
  outputActivation?: Activation;
}

const optionNames: OptionNames<MlpOptions> = {
  ...linearOptionNames,
  activation: true,
  outputActivation: true,
};

/**
 * Makes a multilayer perceptron: linear layers with a function of each element after each.
 *
 * @param sizes the numbers of inputs, of units in each hidden layer, and of outputs
 * @throws Error for fewer than two sizes, sizes that are no positive integers and unknown
 * activations.
 *
 * @example
 * ```ts
 * import { mlp } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const decoder = mlp([2, 16, 5], { activation: "softplus", outputActivation: "sigmoid" });
 * const params = decoder.init(random.key(0));
 * assert.deepEqual(decoder.apply(params, tf.ones([3, 2])).shape, [3, 5]);
 * ```
 */
export function mlp(sizes: readonly number[], options?: MlpOptions): Net<MlpParams, [x: Tensor], Tensor> {
  checkOptions("make mlp", options, optionNames);
  const { activation: hidden = "relu", outputActivation = "identity", ...rest } = options ?? {};
  if (sizes.length < 2) {
    throw new Error(`Cannot make mlp: sizes is [${sizes.join(", ")}], expected those of inputs and outputs`);
  }
  checkSizes("mlp", { sizes });
  const layers = sizes.slice(1).map((out, i) => linear(sizes[i], out, rest));
  const f = activation(hidden), last = activation(outputActivation);
  return {
    init(key: Key): MlpParams {
      const keys = key.split(layers.length);
      return { layers: layers.map((layer, i) => layer.init(keys[i])) };
    },
    apply: ({ layers: params }, x) =>
      layers.reduce((h, layer, i) => (i < layers.length - 1 ? f : last)(layer.apply(params[i], h)), x),
  };
}
