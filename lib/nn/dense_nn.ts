import { checkOptions, type OptionNames } from "../system/mod.ts";
import type { Net } from "../ppl/mod.ts";
import { type Tensor, tf } from "../tensor/mod.ts";
import type { Activation } from "./activations.ts";
import { checkSizes } from "./checks.ts";
import { mlp, type MlpParams } from "./mlp.ts";

/** Options of `denseNN`. */
export interface DenseNNOptions {
  /** The sizes of the results (default [1, 1]). */
  paramDims?: readonly number[];
  /** The function that is applied to each hidden layer (default "relu"). */
  nonlinearity?: Activation;
}

const optionNames: OptionNames<DenseNNOptions> = { paramDims: true, nonlinearity: true };

/**
 * Makes a multilayer perceptron with several results, as Pyro's `DenseNN`: the network that gives a
 * flow its parameters. A result of size n has the shape [..., n].
 *
 * @throws Error for sizes that are no positive integers.
 *
 * @example The parameters of a planar flow of three variables, from a context of two
 * ```ts
 * import { denseNN } from "@pyrosaur/pyrosaur/nn";
 * import { Planar } from "@pyrosaur/pyrosaur/distributions";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = denseNN(2, [16], { paramDims: [1, 3, 3] }), params = network.init(random.key(0));
 * const [bias, u, w] = network.apply(params, tf.ones([5, 2]));
 * assert.deepEqual(new Planar(bias, u, w).forward(tf.ones([5, 3])).shape, [5, 3]);
 * ```
 */
export function denseNN(
  inputDim: number,
  hiddenDims: readonly number[],
  options?: DenseNNOptions,
): Net<MlpParams, [x: Tensor], Tensor[]> {
  checkOptions("make denseNN", options, optionNames);
  const { paramDims = [1, 1], nonlinearity = "relu" } = options ?? {};
  checkSizes("denseNN", { inputDim, hiddenDims, paramDims });
  if (paramDims.length === 0) throw new Error("Cannot make denseNN: paramDims is [], expected a result");
  const total = paramDims.reduce((a, b) => a + b, 0);
  const network = mlp([inputDim, ...hiddenDims, total], { activation: nonlinearity });
  return {
    init: network.init,
    apply: (params, x) => tf.split(network.apply(params, x), [...paramDims], -1),
  };
}
