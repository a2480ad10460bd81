import {
  classifierNetworks,
  classifierPredictive,
  loadBayesianClassifier,
  networkLogits,
  type TrainedBayesianClassifier,
} from "@pyrosaur/pyrosaur/models";
import type { Exportable, Part, PartToExport } from "@pyrosaur/pyrosaur/serve";
import { random, tf, toHostArray } from "@pyrosaur/pyrosaur/tensor";

/** Networks within the model that is served. */
const NETWORKS = 10;

/** The key that they are drawn by. */
const DRAW = 10;

/**
 * Returns the served part of a Bayesian classifier: images, [batch, pixels] with values from 0 to
 * 1, to the mean of ten networks' probabilities, and its entropy in nats.
 */
export function bnnExports({ classifier, params }: TrainedBayesianClassifier): PartToExport[] {
  const networks = classifierNetworks(classifier, params, random.key(DRAW), NETWORKS);
  const predict = classifierPredictive(networks), pixels = classifier.options.sizes[0];
  /** The same from each network's own probabilities. */
  const reference: Part = (images) => {
    const probabilities = tf.softmax(networkLogits(networks, images)).mean(0);
    const positive = probabilities.maximum(1e-30);
    return { probabilities, entropy: probabilities.mul(positive.log()).sum(-1).neg() };
  };
  return [{
    name: "bnn_mnist",
    part(images) {
      const { probabilities, entropy } = predict(images);
      return { probabilities, entropy };
    },
    inputs: { images: ["batch", null] },
    batches: true,
    examples: [1, 3, 16].map((batch) => [toHostArray(random.uniform(random.key(batch), [batch, pixels]))]),
    reference,
    parameters: { networks: String(NETWORKS) },
  }];
}

/** Reads a file of parameters. @throws (rejects) Error where it is not of such a classifier. */
export async function exportableOf(path: string): Promise<Exportable> {
  const trained = await loadBayesianClassifier(path);
  return { parts: bnnExports(trained), metadata: trained.metadata };
}
