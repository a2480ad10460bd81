import { negativeEnumeratedELBO } from "./enumerated.ts";
import type { LossFunction } from "./loss.ts";
import { averageOver, checkParticles, type ParticleOptions } from "./particles.ts";

/**
 * The negative evidence lower bound with discrete sites summed out exactly, as Pyro's and NumPyro's
 * TraceEnum_ELBO: those of the model that ask for it (see `configEnumerate`) and that the guide
 * does not have; over those of the guide that ask for it the expectation is taken. No sampling, so
 * no variance, and gradients of any order that flow through the sums. Other draws of the guide that
 * are not reparameterised get score-function terms.
 *
 * @example Maximum a posteriori of a mixture
 * ```ts
 * import { adam, AutoDelta, configEnumerate, SVI, TraceEnumELBO } from "@pyrosaur/pyrosaur";
 * import { Beta, Categorical, key, Normal, plate, sample } from "@pyrosaur/pyrosaur";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function mixture(data: Tensor) {
 *   const p = sample("p", new Beta(2, 2)), weights = tf.stack([p, tf.scalar(1).sub(p)]);
 *   using _data = plate("data", data.size);
 *   const z = sample("z", new Categorical(weights));
 *   sample("x", new Normal(tf.gather(tf.tensor([0, 10]), z.cast("int32")), 1), { obs: data });
 * }
 * const model = configEnumerate(mixture), guide = new AutoDelta(model);
 * const svi = new SVI(model, guide, adam({ lr: 0.05 }), new TraceEnumELBO());
 * const { params } = await svi.run(key(0), 300, [tf.tensor([0, 10, 11, 9])]);
 * // One of four points belongs to the first component: the mode of Beta(2 + 1, 2 + 3) is 1/3.
 * assert.ok(Math.abs(params.p_auto_loc.dataSync()[0] - 1 / 3) < 0.01);
 * ```
 */
export class TraceEnumELBO {
  /** The loss as a function, a scalar that `grad` differentiates. */
  readonly loss: LossFunction;

  /**
   * Makes the loss.
   *
   * @param options how many particles (default 1), and whether they are vectorised (default false)
   * @throws Error unless `numParticles` is a positive integer.
   */
  constructor(readonly options: ParticleOptions = {}) {
    checkParticles("TraceEnumELBO", options);
    this.loss = averageOver(options, negativeEnumeratedELBO);
  }
}
