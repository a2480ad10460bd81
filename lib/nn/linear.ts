import { checkOptions, type OptionNames } from "../system/mod.ts";
import { affine } from "./affine.ts";
import { checkSizes } from "./checks.ts";
import type { Net } from "../ppl/mod.ts";
import type { Key, Tensor } from "../tensor/mod.ts";
import { type Initialiser, uniform, uniformFanIn } from "./initialisers.ts";

/** The parameters of a linear layer, with PyTorch's names and layout. */
export type LinearParams = {
  /** Shape [out, in]. */
  weight: Tensor;
  /** Shape [out]; absent where the layer has none. */
  bias?: Tensor;
};

/** Options of `linear`. */
export interface LinearOptions {
  /** Adds a bias (default true). */
  bias?: boolean;
  /** First weights (default PyTorch's: uniform on ±1/sqrt(in)). */
  weightInit?: Initialiser;
  /** First biases (default PyTorch's: uniform on ±1/sqrt(in)). */
  biasInit?: Initialiser;
}

/** The names of the options of `linear`. */
export const linearOptionNames: OptionNames<LinearOptions> = { bias: true, weightInit: true, biasInit: true };

/**
 * Makes a linear layer, y = x W' + b on the last axis, as PyTorch's `nn.Linear`.
 *
 * @param inFeatures the size of the last axis of the input
 * @param outFeatures the size of the last axis of the output
 * @throws Error for sizes that are no positive integers, and when applied to another last axis.
 *
 * @example A layer with three inputs
 * ```ts
 * import { linear } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const layer = linear(3, 2), params = layer.init(random.key(0));
 * assert.deepEqual(params.weight.shape, [2, 3]);
 * assert.deepEqual(layer.apply(params, tf.ones([5, 3])).shape, [5, 2]);
 * ```
 */
export function linear(
  inFeatures: number,
  outFeatures: number,
  options?: LinearOptions,
): Net<LinearParams, [x: Tensor], Tensor> {
  checkOptions("make linear", options, linearOptionNames);
  const { bias = true, weightInit = uniformFanIn, biasInit = uniform(1 / Math.sqrt(inFeatures)) } = options ??
    {};
  checkSizes("linear", { inFeatures, outFeatures });
  return {
    init(key: Key): LinearParams {
      const [forWeight, forBias] = key.split(2), weight = weightInit(forWeight, [outFeatures, inFeatures]);
      return bias ? { weight, bias: biasInit(forBias, [outFeatures]) } : { weight };
    },
    apply: ({ weight, bias }, x) => affine(x, weight, bias),
  };
}
