import {
  Gamma,
  Normal,
  ProjectedNormal,
  RelaxedOneHotCategorical,
  StudentT,
  Uniform,
} from "../../distributions/mod.ts";
import { constant, tf } from "../../tensor/mod.ts";
import { byNoise } from "./noise.ts";
import type { Reparam } from "./reparam.ts";

/**
 * Draws a Student t as a normal whose precision is drawn too, as Pyro's `StudentTReparam`: site `x`
 * is normal, its precision times the scale's square a latent site `x_gamma`. Observed sites too.
 *
 * @example Data with outliers
 * ```ts
 * import { key, reparam, sample, seed, StudentT, studentTReparam } from "@pyrosaur/pyrosaur";
 * import { trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new StudentT(3, 0, 1), { obs: 2 });
 * const run = trace(seed(reparam(model, { x: studentTReparam() }), key(0))).get();
 * assert.equal(run.sampleSite("x").distribution.name, "Normal");
 * assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["x_gamma"]);
 * ```
 */
export function studentTReparam(): Reparam {
  const way = byNoise(StudentT, ({ df, loc, scale }, draw) => {
    const half = df.mul(constant(0.5));
    return new Normal(loc, scale.mul(draw("gamma", new Gamma(half, half)).rsqrt()));
  });
  return Object.assign(way, { takesObserved: true });
}

/**
 * Draws a relaxed one-hot vector by uniform numbers, as Pyro's `GumbelSoftmaxReparam`: site `x`
 * becomes computed, from a latent site `x_uniform`.
 */
export function gumbelSoftmaxReparam(): Reparam {
  return byNoise(RelaxedOneHotCategorical, ({ logits, temperature }, draw) => {
    // Away from 0 and 1, where a Gumbel number is infinite.
    const u = draw("uniform", new Uniform(0, 1)).maximum(constant(2 ** -100)).minimum(constant(1 - 2 ** -24));
    const gumbels = u.log().neg().log().neg();
    return tf.softmax(logits.add(gumbels).div(temperature.expandDims(-1)));
  });
}

/**
 * Draws a direction as that of a normal vector, as Pyro's and NumPyro's `ProjectedNormalReparam`:
 * site `x` becomes computed, from a latent site `x_normal` of independent standard normal numbers.
 *
 * @example A direction on the circle, without the ends that an angle has
 * ```ts
 * import { key, ProjectedNormal, projectedNormalReparam, reparam } from "@pyrosaur/pyrosaur";
 * import { sample, seed } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new ProjectedNormal([3, 0]));
 * const x = seed(reparam(model, { x: projectedNormalReparam() }), key(0))();
 * assert.ok(Math.abs(x.square().sum().dataSync()[0] - 1) < 1e-6);
 * ```
 */
export function projectedNormalReparam(): Reparam {
  return byNoise(ProjectedNormal, ({ concentration, eventShape: [n] }, draw) => {
    const vector = draw("normal", new Normal(0, 1)).add(concentration);
    const isZero = vector.square().sum(-1, true).equal(constant(0)).cast("float32");
    // A vector of zeros has no direction: it takes the first axis, and passes derivatives on.
    const first = tf.tensor1d(Array.from({ length: n }, (_, i) => Number(i === 0)));
    const some = vector.add(isZero.mul(first));
    return some.div(some.square().sum(-1, true).sqrt());
  });
}
