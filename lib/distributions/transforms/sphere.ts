import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { realVector, sphere } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { sliceLast } from "./util/pad.ts";

/**
 * From vectors of n - 1 numbers to the sphere of vectors of n whose length is 1, by stereographic
 * projection: one-to-one onto all of it but the pole (0 ... 0, 1), which infinity stands for. The
 * log-determinant is of areas on the sphere.
 *
 * @example
 * ```ts
 * import { StereographicTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const y = new StereographicTransform().forward(tf.tensor([1, 0]));
 * assert.deepEqual([...y.dataSync()], [1, 0, 0]);
 * ```
 */
export class StereographicTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    const one = () => constant(1);
    super({
      domain: realVector,
      codomain: sphere,
      forward(x) {
        const squared = x.square().sum(-1, true), whole = squared.add(one());
        return tf.concat([x.mul(constant(2)).div(whole), squared.sub(one()).div(whole)], -1);
      },
      inverse(y) {
        const n = y.shape[y.rank - 1], level = sliceLast(y, 0, n - 1), height = sliceLast(y, n - 1);
        // 1 - height, which near the pole is what the rest leaves of 1.
        const isHigh = height.greater(constant(0)), squared = level.square().sum(-1, true);
        const above = squared.div(tf.where(isHigh, height, tf.zerosLike(height)).add(one()));
        return level.div(tf.where(isHigh, above, one().sub(height)));
      },
      logSlope(x) {
        const n = x.shape[x.rank - 1];
        return constant(Math.LN2).sub(log1p(x.square().sum(-1) as Tensor)).mul(constant(n));
      },
      forwardShape: (shape) => [...shape.slice(0, -1), shape[shape.length - 1] + 1],
      inverseShape: (shape) => [...shape.slice(0, -1), shape[shape.length - 1] - 1],
    });
  }
}

/**
 * From vectors to the sphere by their length, as Pyro's `Normalize`; 0 becomes (1, 0 ... 0). Not
 * one-to-one: `inverse` gives the point itself, and there is no log-determinant.
 *
 * @example
 * ```ts
 * import { NormalizeTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [x, y] = new NormalizeTransform().forward(tf.tensor([3, 4])).dataSync();
 * assert(Math.abs(x - 0.6) < 1e-6 && Math.abs(y - 0.8) < 1e-6);
 * ```
 */
export class NormalizeTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: realVector,
      codomain: sphere,
      forward(x) {
        const squared = x.square().sum(-1, true), isZero = squared.equal(constant(0));
        const first = tf.range(0, x.shape[x.rank - 1]).equal(constant(0)).cast("float32");
        const unit = x.div(tf.where(isZero, tf.onesLike(squared), squared).sqrt());
        return tf.where(isZero, first, unit);
      },
      inverse: (y) => y,
      logSlope() {
        throw new Error(
          "NormalizeTransform has no log |det Jacobian|: it is not one-to-one; use StereographicTransform instead",
        );
      },
    });
  }
}
