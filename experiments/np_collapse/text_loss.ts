import { Normal } from "@pyrosaur/pyrosaur/distributions";
import type { LossFunction } from "@pyrosaur/pyrosaur/infer";
import type {
  NeuralProcess,
  NeuralProcessLatent,
  NeuralProcessParams,
  NeuralProcessPoints,
} from "@pyrosaur/pyrosaur/models";
import { constant, random, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** Added to variances. */
const JITTER = 1e-16;

/** The divergence of two normal distributions of independent numbers, as the text writes it. */
function textDivergence(q: NeuralProcessLatent, p: NeuralProcessLatent): Tensor {
  const q2 = q.scale.square().add(constant(JITTER)), p2 = p.scale.square().add(constant(JITTER));
  const terms = q2.div(p2).add(q.loc.sub(p.loc).square().div(p2)).add(p2.div(q2).log()).sub(constant(1));
  return terms.sum().mul(constant(0.5));
}

/**
 * The loss of the text as a custom objective, in its own words: minus the log likelihood of the
 * targets, summed, averaged over draws of z; and the divergence of z given all points from z given
 * the context. Its model gives the network's parameters and has no sites. The same as
 * `TraceMeanFieldELBO` of the process's model and guide.
 *
 * @param samples draws of z
 */
export function textLoss(np: NeuralProcess, samples: number): LossFunction {
  return (key, model, _guide, [points]) => {
    const params: NeuralProcessParams = model(),
      { x, y, context, target, scale } = points as NeuralProcessPoints;
    const q = np.latent(params, x, y, tf.logicalOr(context, target)), p = np.latent(params, x, y, context);
    const noise = random.normal(key, [samples, np.options.zDim]);
    const mean = np.decode(params, x, q.loc.add(q.scale.mul(noise)));
    const each = new Normal(mean, scale ?? np.options.obsScale).logProb(y);
    const ofTargets = tf.where(target.expandDims(1), each, tf.zerosLike(each));
    return textDivergence(q, p).sub(ofTargets.sum([1, 2]).mean());
  };
}
