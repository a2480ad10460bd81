import type { MlpParams, StateDict } from "../../nn/mod.ts";
import { module, substitute } from "../../ppl/mod.ts";
import { constant, type Key, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import { type BayesianClassifier, networkLogits } from "./bayesian_classifier.ts";

/** The prediction of several networks together. */
export interface ClassPrediction {
  /** The logarithms of `probabilities`, finite also where these are 0 in float32. */
  readonly logProbabilities: Tensor;
  /** The mean of the networks' probabilities: [rows, classes]. */
  readonly probabilities: Tensor;
  /** Its entropy in nats: [rows]. */
  readonly entropy: Tensor;
}

/**
 * Draws networks from a trained classifier's guide.
 *
 * @param params the guide's parameters by name, as training gives them
 * @param count the number of networks
 * @returns their parameters, each tensor [count, ...]
 */
export function classifierNetworks(
  { family }: BayesianClassifier,
  params: StateDict,
  key: Key,
  count: number,
): MlpParams {
  const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
  return family.draw(key, substitute(() => module("net", family.net)(), { data })(), count);
}

/**
 * Returns what networks say together of inputs, as a function of tensors, to be compiled or
 * exported.
 *
 * @param networks the parameters of one or more, each tensor [networks, ...]
 * @returns a function of inputs [rows, inputs]
 *
 * @example Ten networks from an untrained guide
 * ```ts
 * import { bayesianClassifier, classifierPredictive } from "@pyrosaur/pyrosaur/models";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const { family } = bayesianClassifier({ sizes: [4, 8, 3] });
 * const first = family.net.init(random.key(0));
 * const predict = classifierPredictive(family.draw(random.key(1), first, 10));
 * const { probabilities, entropy } = predict(tf.ones([5, 4]));
 * assert.deepEqual([probabilities.shape, entropy.shape], [[5, 3], [5]]);
 * assert.ok(Math.abs(probabilities.sum().dataSync()[0] - 5) < 1e-5);
 * ```
 */
export function classifierPredictive(networks: MlpParams): (inputs: Tensor) => ClassPrediction {
  return (inputs) => {
    const logits = networkLogits(networks, inputs), count = logits.shape[0];
    const each = logits.sub(tf.logSumExp(logits, -1, true));
    const logProbabilities = tf.logSumExp(each, 0).sub(constant(Math.log(count)));
    const probabilities = logProbabilities.exp();
    return { logProbabilities, probabilities, entropy: probabilities.mul(logProbabilities).sum(-1).neg() };
  };
}
