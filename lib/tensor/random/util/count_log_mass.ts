import { constant } from "../../constant.ts";
import { log1pmx } from "../../special/log1pmx.ts";
import { type Tensor, tf } from "../../tf.ts";

/**
 * Returns the log of the Poisson probability of a count k, in Loader's form: no large terms that
 * cancel, so that float32 does.
 */
export function countLogMass(k: Tensor, lambda: Tensor): Tensor {
  const safe = k.maximum(1), r = safe.reciprocal(), r2 = r.square();
  const delta = safe.sub(lambda).div(lambda);
  // (1 + delta) log(1 + delta) - delta, which is near delta^2 / 2.
  const deviance = lambda.mul(delta.add(1).mul(log1pmx(delta)).add(delta.square()));
  const stirling = r.mul(constant(1 / 12).sub(r2.mul(constant(1 / 360).sub(r2.mul(constant(1 / 1260))))));
  const mass = safe.mul(constant(2 * Math.PI)).log().mul(0.5).add(deviance).add(stirling).neg();
  return tf.where(k.less(0.5), lambda.neg().add(tf.zerosLike(mass)), mass);
}
