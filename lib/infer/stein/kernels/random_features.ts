import { eagerly } from "../../../compile/internals.ts";
import { checkOptions } from "../../../system/mod.ts";
import { constant, random, tf, tidily } from "../../../tensor/mod.ts";
import { checkBandwidth, fail, type SteinKernel } from "./kernel.ts";
import { bandwidthOf } from "./radial.ts";

/**
 * Makes the radial kernel of `rbfKernel` from random features, sqrt 2 cos(sqrt(2 / h) w'x + b) with
 * normal w and uniform b (Rahimi and Recht 2007; Liu and Wang 2018), as NumPyro's
 * `RandomFeatureKernel`, for many particles: it takes time in proportion to their number, beside
 * the default bandwidth. NumPyro divides by h in place of the root, and not by the number of
 * features.
 *
 * @param options `numFeatures` (default 100), `bandwidth` as of `rbfKernel`, `seed` of the features
 * (default 0)
 * @throws Error for options that cannot be.
 */
export function randomFeatureKernel(
  options?: { numFeatures?: number; bandwidth?: number; seed?: number },
): SteinKernel {
  checkOptions("make randomFeatureKernel", options, { numFeatures: true, bandwidth: true, seed: true });
  const { numFeatures = 100, seed = 0 } = options ?? {},
    bandwidth = checkBandwidth("randomFeatureKernel", options?.bandwidth);
  if (!(Number.isSafeInteger(numFeatures) && numFeatures > 0)) {
    fail("randomFeatureKernel", "numFeatures", numFeatures, "a positive integer");
  }
  if (!Number.isSafeInteger(seed)) fail("randomFeatureKernel", "seed", seed, "an integer");
  return (x) => {
    const size = x.shape[1],
      drawn = eagerly("cpu", () =>
        tidily(() => {
          const [forW, forB] = random.key(seed).split(2);
          return {
            w: random.normal(forW, [numFeatures, size]).dataSync(),
            b: random.uniform(forB, [numFeatures]).mul(2 * Math.PI).dataSync(),
          };
        }));
    const w = tf.tensor2d(drawn.w, [numFeatures, size]),
      rate = constant(2).div(bandwidthOf(x, bandwidth)).sqrt();
    const angles = tf.matMul(x, w, false, true).mul(rate).add(tf.tensor1d(drawn.b));
    const features = angles.cos(), share = constant(2 / numFeatures);
    const slopes = angles.sin().neg().sum(0, true);
    return {
      smooth: (rows) => features.matMul(tf.matMul(features, rows, true)).mul(share),
      repulsion: features.mul(slopes).matMul(w).mul(rate).mul(share),
    };
  };
}
