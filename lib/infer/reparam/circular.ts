import {
  constraints,
  type Distribution,
  ImproperUniform,
  Independent,
  sumRightmost,
  VonMises,
} from "../../distributions/mod.ts";
import { factor, sample } from "../../ppl/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

const isAngle = (distribution: Distribution): boolean =>
  distribution instanceof Independent ? isAngle(distribution.base) : distribution instanceof VonMises;

const TURN = 2 * Math.PI;

/**
 * Returns the logarithm of the share of an angle's density that a place on the line has: of
 * (sigmoid(x + 2 pi) - sigmoid(x - 2 pi)) / 2, which is near 1/2 for two turns around 0 and falls
 * to 0 beyond. Over the places of one angle, whole turns apart, these sums telescope to 1.
 */
const logShare = (line: Tensor): Tensor => {
  const ends = line.add(constant(TURN)).neg().softplus().add(line.sub(constant(TURN)).softplus());
  return ends.neg().add(constant(Math.log1p(-Math.exp(-2 * TURN)) - Math.LN2));
};

/**
 * Draws an angle on the line, which has no ends that a posterior could be cut at, as NumPyro's
 * `CircularReparam`: site `x` becomes computed, the angle between -pi and pi of an improper latent
 * site `x_unwrapped`. Unlike there, the density falls to 0 beyond two turns around 0: on the whole
 * line a chain would drift from turn to turn, the variance that masses are adapted to would grow
 * without bound, and all other sites would move in small steps.
 *
 * @example An angle next to pi
 * ```ts
 * import { circularReparam, key, MCMC, NUTS, reparam, sample, VonMises } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("angle", new VonMises(3.1, 20));
 * const kernel = new NUTS(reparam(model, { angle: circularReparam() }));
 * const { samples } = await new MCMC(kernel, { numWarmup: 200, numSamples: 300 }).run(key(0));
 * const cosines = Array.from(samples.angle.data, (x) => Math.cos(x - 3.1));
 * // The mean cosine of VonMises(loc, 20) is 0.9747.
 * assert.ok(Math.abs(cosines.reduce((a, b) => a + b) / cosines.length - 0.9747) < 0.01);
 * ```
 */
export function circularReparam(): Reparam {
  return (name, distribution) => {
    if (!isAngle(distribution)) refuse(name, distribution, "a family of angles (VonMises)");
    const { batchShape, eventShape } = distribution, turn = constant(TURN);
    const line = sample(`${name}_unwrapped`, new ImproperUniform(constraints.real, batchShape, eventShape));
    const turns = line.div(turn).add(constant(0.5)).floor();
    // By rounding the end may lie beyond pi.
    const angle = line.sub(turns.mul(turn)).maximum(constant(-Math.PI)).minimum(constant(Math.PI));
    const share = sumRightmost(logShare(line), eventShape.length);
    factor(`${name}_factor`, distribution.logProb(angle).add(share));
    return angle;
  };
}
