import { formatShape, sameShape, type Shape, type Tensor, tryBroadcastShapes } from "../../tensor/mod.ts";
import { type Constraint, real } from "../constraints/mod.ts";
import { MAX_BINS, rationalSpline, type SplineParams } from "./util/rational_spline.ts";
import { alive, Remembered } from "./util/remembered.ts";
import { Transform } from "./transform.ts";

/** Options of splines. */
export interface SplineOptions {
  /** The spline bends within [-bound, bound] and is the identity outside (default 3). */
  bound?: number;
}

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
export class Spline extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = real;
  /** The half width of the square that the spline bends in. */
  readonly bound: number;
  private readonly logSlopes: Remembered<Tensor> = new Remembered();

  /**
   * Makes the transform from its bins.
   *
   * @param params one row of bins for each variable, before it is brought into bounds
   * @throws Error where the rows do not fit together, for fewer than 2 or more than 1000 bins, and
   * a bound that is not positive.
   */
  constructor(readonly params: SplineParams, { bound = 3 }: SplineOptions = {}) {
    super();
    this.bound = bound;
    if (!(bound > 0 && bound < Infinity)) {
      throw new Error(`Cannot make Spline: bound is ${bound}, expected a positive number`);
    }
    checkParams(params);
  }

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    const { value, logSlope } = this.at(x, false);
    this.logSlopes.keep(x, value, logSlope);
    return value;
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    const { value, logSlope } = this.at(y, true);
    this.logSlopes.keep(y, value, logSlope.neg());
    return value;
  }

  /** log |dy/dx| of each element. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return alive(this.logSlopes.recall(x, y)) ?? this.at(x, false).logSlope;
  }

  /** Splines increase. */
  override get sign(): 1 {
    return 1;
  }

  /** What comes of a value. */
  private at(x: Tensor, inverse: boolean): { value: Tensor; logSlope: Tensor } {
    this.forwardShape(x.shape);
    return rationalSpline(x, this.params, this.bound, inverse);
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    const own = this.params.widths.shape.slice(0, -1), result = tryBroadcastShapes(shape, own);
    if (result) return result;
    throw new Error(
      `Cannot transform with Spline: the value has shape ${formatShape(shape)}, the spline is for ${
        formatShape(own)
      }`,
    );
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }

  /** Whether the other transform is the same one. */
  override equals(other: Transform): boolean {
    return this === other;
  }
}

function checkParams(params: SplineParams): void {
  const { shape } = params.widths, bins = shape.at(-1) ?? 0;
  if (!(bins >= 2 && bins <= MAX_BINS)) {
    throw new Error(
      `Cannot make Spline: widths has shape ${
        formatShape(shape)
      }, expected 2 to ${MAX_BINS} bins on its last axis`,
    );
  }
  for (const name of ["heights", "derivatives", "lambdas"] as const) {
    const found = params[name]?.shape;
    const expected = [...shape.slice(0, -1), name === "derivatives" ? bins - 1 : bins];
    if (!found || sameShape(found, expected)) continue;
    throw new Error(
      `Cannot make Spline: ${name} has shape ${formatShape(found)}, expected ${formatShape(expected)}`,
    );
  }
}
