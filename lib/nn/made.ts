import { checkOptions, type OptionNames } from "../system/mod.ts";
import { broadcastTo, checkPermutation } from "../distributions/mod.ts";
import type { Net } from "../ppl/mod.ts";
import { formatShape, type Key, type Tensor, tf } from "../tensor/mod.ts";
import { type Activation, activation } from "./activations.ts";
import { affine } from "./affine.ts";
import { checkSizes } from "./checks.ts";
import { linear, type LinearParams } from "./linear.ts";
import { type MadeMasks, madeMasks, spacedDegrees, type WeightMask } from "./made_masks.ts";

/** The parameters of a masked autoregressive network, named as in Pyro's `AutoRegressiveNN`. */
export type MadeParams = {
  /** The layers, the first one first. */
  layers: LinearParams[];
  /** The connections from the inputs straight to the outputs, where the network has them. */
  skip_layer?: LinearParams;
};

/** Options of `made` and `conditionalMade`. */
export interface MadeOptions {
  /** Numbers that each result has for a variable (default [1, 1]: two results of one each). */
  paramDims?: readonly number[];
  /** The order of the variables: the first one named depends on none (default 0, 1, ...). */
  permutation?: readonly number[];
  /**
   * The degrees of each hidden layer's units, from 0 to `inputDim`: a unit of degree d sees the
   * first d variables of the order, and is seen by the results of those behind them (default:
   * evenly spaced, as in Pyro; before 2018-10 Pyro drew each from 1 to `inputDim` - 1).
   */
  degrees?: readonly (readonly number[])[];
  /** Connects inputs to the outputs directly as well (default false). */
  skipConnections?: boolean;
  /** The function that is applied to each hidden layer (default "relu"). */
  nonlinearity?: Activation;
}

const optionNames: OptionNames<MadeOptions> = {
  paramDims: true,
  permutation: true,
  degrees: true,
  skipConnections: true,
  nonlinearity: true,
};

/** A masked autoregressive network, and its masks. */
export interface MadeNet<A extends unknown[]> extends Net<MadeParams, A, Tensor[]> {
  /** The number of variables. */
  readonly inputDim: number;
  /** The order of the variables. */
  readonly permutation: readonly number[];
  /** The degrees of the units in each hidden layer. */
  readonly degrees: readonly (readonly number[])[];
  /** The places of each weight that are in use. */
  readonly masks: MadeMasks;
}

/** Throws unless there is a degree from 0 to `inputDim` for each hidden unit. */
function checkDegrees(
  name: string,
  degrees: readonly (readonly number[])[],
  inputDim: number,
  hiddenDims: readonly number[],
): void {
  const counts = degrees.map(({ length }) => length);
  if (`${counts}` !== `${hiddenDims}`) {
    throw new Error(
      `Cannot make ${name}: degrees has lists of [${counts.join(", ")}] units, expected ` +
        `[${hiddenDims.join(", ")}], one for each hidden unit`,
    );
  }
  degrees.forEach((layer, i) =>
    layer.forEach((degree, k) => {
      if (Number.isSafeInteger(degree) && degree >= 0 && degree <= inputDim) return;
      throw new Error(
        `Cannot make ${name}: degrees[${i}][${k}] is ${degree}, expected an integer from 0 to ${inputDim}`,
      );
    })
  );
}

function checked(
  name: string,
  [inputDim, contextDim]: [number, number],
  hiddenDims: readonly number[],
  options: MadeOptions,
) {
  checkOptions(`make ${name}`, options, optionNames);
  const { paramDims = [1, 1], permutation = Array.from({ length: inputDim }, (_, i) => i) } = options;
  if (hiddenDims.length === 0) {
    throw new Error(`Cannot make ${name}: hiddenDims is [], expected a hidden layer`);
  }
  if (paramDims.length === 0) throw new Error(`Cannot make ${name}: paramDims is [], expected a result`);
  checkSizes(name, { inputDim, hiddenDims, paramDims });
  const small = hiddenDims.find((size) => size < inputDim);
  if (small !== undefined) {
    throw new Error(
      `Cannot make ${name}: a hidden layer of ${small} units cannot connect ${inputDim} variables; ` +
        `give it ${inputDim} at least`,
    );
  }
  checkPermutation(name, permutation, inputDim);
  const { degrees = hiddenDims.map((count) => spacedDegrees(inputDim, contextDim, count)) } = options;
  checkDegrees(name, degrees, inputDim, hiddenDims);
  return { paramDims, permutation: [...permutation], degrees: degrees.map((layer) => [...layer]) };
}

function build(
  name: string,
  [inputDim, contextDim]: [number, number],
  hiddenDims: readonly number[],
  options: MadeOptions,
): MadeNet<[x: Tensor]> {
  const { paramDims, permutation, degrees } = checked(name, [inputDim, contextDim], hiddenDims, options);
  const { skipConnections = false, nonlinearity = "relu" } = options;
  const f = activation(nonlinearity), outputMultiplier = paramDims.reduce((a, b) => a + b, 0);
  const masks = madeMasks({ contextDim, degrees, permutation, outputMultiplier });
  const sizes = [inputDim + contextDim, ...hiddenDims, inputDim * outputMultiplier];
  const layers = sizes.slice(1).map((out, i) => linear(sizes[i], out));
  const skip = linear(sizes[0], sizes.at(-1)!, { bias: false });
  const single = paramDims.every((size) => size === 1);

  return {
    inputDim,
    permutation,
    degrees,
    masks,
    init(key: Key): MadeParams {
      const keys = key.split(layers.length + 1);
      const params: MadeParams = { layers: layers.map((layer, i) => layer.init(keys[i])) };
      return skipConnections ? { ...params, skip_layer: skip.init(keys[layers.length]) } : params;
    },
    apply(params, x) {
      const used = params.layers.map((layer, i) => masked(layer, masks.layers[i])), last = used.pop()!;
      const skipped = params.skip_layer && masked(params.skip_layer, masks.skip);
      const h = used.reduce((h, { weight, bias }) => f(affine(h, weight, bias)), x);
      let start = 0;
      // Each result has a product of its own: within a loop, to cut a joint one and to join its
      // derivatives costs more.
      return paramDims.map((size) => {
        const rows = (t: Tensor): Tensor => t.slice([start], [size * inputDim]);
        let part = affine(h, rows(last.weight), last.bias && rows(last.bias));
        if (skipped) part = part.add(affine(x, rows(skipped.weight)));
        start += size * inputDim;
        return single ? part : part.reshape([...x.shape.slice(0, -1), size, inputDim]) as Tensor;
      });
    },
  };
}

// The mask is made at each use, so that it lives and ends with the caller's own tensors, traced or
// not.
function masked({ weight, bias }: LinearParams, { data, shape }: WeightMask): LinearParams {
  return { weight: weight.mul(tf.tensor(data, shape)), bias };
}

/**
 * Makes a masked autoregressive network, MADE (Germain et al. 2015), as Pyro's `AutoRegressiveNN`:
 * its results for a variable depend on the variables before it alone. Masks, layouts and first
 * values are Pyro's; the order of the variables is theirs unless `permutation` gives another (Pyro
 * draws one).
 *
 * @param inputDim the number of variables, on the last axis of the input
 * @param hiddenDims the sizes of the hidden layers, each `inputDim` at least
 * @returns a network that gives a list with a tensor for each of `paramDims`: [..., inputDim] where
 * all of these are 1, else [..., size, inputDim]
 * @throws Error for sizes that are no positive integers, too small a hidden layer, and a
 * permutation that is none.
 *
 * @example The mean and log scale of an inverse autoregressive flow
 * ```ts
 * import { made } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = made(3, [8]), params = network.init(random.key(0));
 * const [mean, logScale] = network.apply(params, tf.ones([5, 3]));
 * assert.deepEqual([mean.shape, logScale.shape], [[5, 3], [5, 3]]);
 * ```
 */
export function made(
  inputDim: number,
  hiddenDims: readonly number[],
  options?: MadeOptions,
): MadeNet<[x: Tensor]> {
  const network = build("made", [inputDim, 0], hiddenDims, options ?? {});
  return {
    ...network,
    apply(params, x) {
      checkLast("made", "the input", x, inputDim);
      return network.apply(params, x);
    },
  };
}

/**
 * Makes a network as `made` does, with further inputs that all results may depend on (Paige and
 * Wood 2016), as Pyro's `ConditionalAutoRegressiveNN`: `apply(params, x, context)`. The context's
 * axes but the last broadcast to those of `x`.
 *
 * @throws Error as `made`.
 *
 * @example
 * ```ts
 * import { conditionalMade } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = conditionalMade(3, 2, [8], { paramDims: [4] });
 * const params = network.init(random.key(0));
 * const [logits] = network.apply(params, tf.ones([5, 3]), tf.ones([2]));
 * assert.deepEqual(logits.shape, [5, 4, 3]);
 * ```
 */
export function conditionalMade(
  inputDim: number,
  contextDim: number,
  hiddenDims: readonly number[],
  options?: MadeOptions,
): MadeNet<[x: Tensor, context: Tensor]> {
  checkSizes("conditionalMade", { contextDim });
  const network = build("conditionalMade", [inputDim, contextDim], hiddenDims, options ?? {});
  return {
    ...network,
    apply(params, x, context) {
      checkLast("conditionalMade", "the input", x, inputDim);
      checkLast("conditionalMade", "the context", context, contextDim);
      const all = broadcastTo(context, [...x.shape.slice(0, -1), contextDim]);
      return network.apply(params, tf.concat([all, x], -1) as Tensor);
    },
  };
}

function checkLast(name: string, what: string, x: Tensor, size: number): void {
  if (x.shape.at(-1) === size) return;
  throw new Error(
    `Cannot apply ${name}: ${what} has shape ${formatShape(x.shape)}, expected ${size} on its last axis`,
  );
}
