import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { formatShape, type Shape, type Tensor, tryBroadcastShapes } from "../../tensor/mod.ts";
import { type Constraint, real } from "../constraints/mod.ts";
import { Flow } from "./flow.ts";
import { unfit } from "./transform.ts";
import { checkBins, rationalSpline, type SplineParams } from "./util/rational_spline.ts";

/** Options of splines. */
export interface SplineOptions {
  /** The spline bends within [-bound, bound] and is the identity outside (default 3). */
  bound?: number;
}

const optionNames: OptionNames<SplineOptions> = { bound: true };

/**
 * An element-wise monotonic rational spline, as Pyro's `Spline`: quadratic (Durkan et al. 2019), or
 * linear (Dolatabadi et al. 2020) where there are `lambdas`. Both directions are in closed form.
 *
 * @example A linear spline of four bins on vectors of two
 * ```ts
 * import { Spline } from "@pyrosaur/pyrosaur/distributions";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [a, b, c, d] = random.key(0).split(4);
 * const spline = new Spline({
 *   widths: random.normal(a, [2, 4]),
 *   heights: random.normal(b, [2, 4]),
 *   derivatives: random.normal(c, [2, 3]),
 *   lambdas: random.normal(d, [2, 4]),
 * });
 * const x = tf.tensor([[0.5, -1], [7, 0]]), y = spline.forward(x);
 * assert.equal(y.dataSync()[2], 7);
 * assert.deepEqual(spline.logAbsDetJacobian(x, y).shape, [2, 2]);
 * ```
 */
export class Spline extends Flow {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = real;
  /** The half width of the square that the spline bends in. */
  readonly bound: number;

  /**
   * Makes the transform from its bins.
   *
   * @param params one row of bins for each variable, before it is brought into bounds
   * @throws Error where the rows do not fit together, for fewer than 2 or more than 1000 bins, and
   * a bound that is not positive.
   */
  constructor(readonly params: SplineParams, options?: SplineOptions) {
    super();
    checkOptions("make Spline", options, optionNames);
    const { bound = 3 } = options ?? {};
    this.bound = bound;
    if (!(bound > 0 && bound < Infinity)) {
      throw new Error(`Cannot make Spline: bound is ${bound}, expected a positive number`);
    }
    checkBins(this.name, params);
  }

  /** Computes y from x, and the log slope there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    this.forwardShape(x.shape);
    const { value: y, logSlope: logDet } = rationalSpline(x, this.params, this.bound, false);
    return { y, logDet };
  }

  /** Computes x from y, and the log slope there. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    this.forwardShape(y.shape);
    const { value: x, logSlope } = rationalSpline(y, this.params, this.bound, true);
    return { x, logDet: logSlope.neg() };
  }

  /** Splines increase. */
  override get sign(): 1 {
    return 1;
  }

  /** Returns the shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    const expected = this.params.widths.shape.slice(0, -1);
    return tryBroadcastShapes(shape, expected) ??
      unfit(this.name, shape, `the spline is for ${formatShape(expected)}`);
  }
}
