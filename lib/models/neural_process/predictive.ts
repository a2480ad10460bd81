import type { StateDict } from "../../nn/mod.ts";
import { module, substitute } from "../../ppl/mod.ts";
import { constant, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import type { NeuralProcess, NeuralProcessParams } from "./neural_process.ts";

/** The prediction of a process. */
export interface NeuralProcessPrediction {
  /** Means over functions: [targets, yDim]. */
  readonly mean: Tensor;
  /** Standard deviations of functions with the noise around them: [targets, yDim]. */
  readonly sd: Tensor;
  /** The functions: [draws, targets, yDim]. */
  readonly functions: Tensor;
}

/**
 * Returns the predictive distribution of a trained process, as a function of tensors with its
 * randomness among its arguments, to be exported and served.
 *
 * @param params by name, as training gives them
 * @returns a function of the context, x [points, xDim] and y [points, yDim], of places [targets,
 * xDim], and of standard normal noise [draws, zDim]
 *
 * @example
 * ```ts
 * import { neuralProcess, neuralProcessPredictive } from "@pyrosaur/pyrosaur/models";
 * import { module, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf, toHostArray } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const np = neuralProcess(), network = seed(() => module("np", np.net)(), random.key(0));
 * const entries = trace(network).get().paramSites.map((s) => [s.name, toHostArray(s.value)]);
 * const params = Object.fromEntries(entries), noise = random.normal(random.key(1), [10, 2]);
 * const predict = neuralProcessPredictive(np, params), x = tf.tensor([[0], [1]]);
 * const { mean, functions } = predict(x, x.sin(), tf.tensor([[2], [3], [4]]), noise);
 * assert.deepEqual([mean.shape, functions.shape], [[3, 1], [10, 3, 1]]);
 * ```
 */
export function neuralProcessPredictive(
  np: NeuralProcess,
  params: StateDict,
): (x: Tensor, y: Tensor, places: Tensor, noise: Tensor) => NeuralProcessPrediction {
  const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
  const trained: NeuralProcessParams = substitute(() => module("np", np.net)(), { data })();
  return (x, y, places, noise) => {
    const known = tf.onesLike(x.slice([0, 0], [-1, 1])).reshape([-1]).cast("bool");
    const { loc, scale } = np.latent(trained, x, y, known);
    const functions = np.decode(trained, places, loc.add(scale.mul(noise)));
    const mean = functions.mean(0), variance = functions.sub(mean).square().mean(0);
    return { mean, sd: variance.add(constant(np.options.obsScale ** 2)).sqrt(), functions };
  };
}
