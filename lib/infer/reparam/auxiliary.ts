import {
  type Distribution,
  Gamma,
  Independent,
  Normal,
  RelaxedOneHotCategorical,
  StudentT,
  Uniform,
} from "../../distributions/mod.ts";
import { sample } from "../../ppl/mod.ts";
import { constant, tf } from "../../tensor/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

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
  const way = (name: string, distribution: Distribution): Distribution => {
    if (distribution instanceof Independent) {
      const { reinterpretedBatchNdims: count } = distribution;
      return normal(name, distribution.base, count).toEvent(count);
    }
    return normal(name, distribution, 0);
  };
  return Object.assign(way, { takesObserved: true });
}

function normal(name: string, distribution: Distribution, eventDim: number): Distribution {
  if (!(distribution instanceof StudentT)) return refuse(name, distribution, "StudentT");
  const { df, loc, scale, batchShape } = distribution, half = df.mul(constant(0.5));
  const gamma = sample(`${name}_gamma`, new Gamma(half, half).expand(batchShape).toEvent(eventDim));
  return new Normal(loc, scale.mul(gamma.rsqrt())).expand(batchShape);
}

/**
 * Draws a relaxed one-hot vector by uniform numbers, as Pyro's `GumbelSoftmaxReparam`: site `x`
 * becomes computed, from a latent site `x_uniform`.
 */
export function gumbelSoftmaxReparam(): Reparam {
  return (name, distribution) => {
    if (!(distribution instanceof RelaxedOneHotCategorical)) {
      return refuse(name, distribution, "RelaxedOneHotCategorical");
    }
    const { logits, temperature, batchShape, eventShape } = distribution;
    const noise = new Uniform(0, 1).expand([...batchShape, ...eventShape]).toEvent(1);
    // Away from 0 and 1, where a Gumbel number is infinite.
    const u = sample(`${name}_uniform`, noise).maximum(constant(2 ** -100)).minimum(constant(1 - 2 ** -24));
    const gumbels = u.log().neg().log().neg();
    return tf.softmax(logits.add(gumbels).div(temperature.expandDims(-1)));
  };
}
