import { checkOptions } from "../../system/mod.ts";
import { asTensor, broadcastShapes, constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { circular, type Constraint } from "../constraints/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { Flow } from "./flow.ts";
import { checkBins, rationalSpline, type SplineParams } from "./util/rational_spline.ts";

/** Brings angles of any number of turns into [-pi, pi). */
const wrapped = (angle: Tensor): Tensor => {
  const turn = constant(2 * Math.PI);
  return angle.sub(angle.add(constant(Math.PI)).div(turn).floor().mul(turn));
};

/**
 * A monotonic rational spline on the circle (Rezende et al. 2020), from angles to angles in [-pi,
 * pi], element by element: the two ends are one point, with one slope, and `shift` turns the
 * circle behind the spline.
 *
 * @example A density on the circle
 * ```ts
 * import { CircularSpline, Uniform } from "@pyrosaur/pyrosaur/distributions";
 * import { TransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const [widths, heights, derivatives] = random.normal(random.key(0), [3, 4]).unstack();
 * const spline = new CircularSpline({ widths, heights, derivatives }, { shift: 1 });
 * const angles = new TransformedDistribution(new Uniform(-Math.PI, Math.PI), spline);
 * const [low, high] = angles.logProb([-Math.PI, Math.PI]).dataSync();
 * assert(Math.abs(low - high) < 1e-4);
 * ```
 */
export class CircularSpline extends Flow {
  /** The values that it takes. */
  override readonly domain: Constraint = circular;
  /** The values that it gives. */
  override readonly codomain: Constraint = circular;
  /** The turn behind the spline. */
  readonly shift: Tensor;

  /**
   * Makes the transform from its bins.
   *
   * @param params as those of `Spline`, with a slope more: the first one is that of both ends
   * @param options `shift`: the turn behind the spline (default 0), which broadcasts with x
   * @throws Error where the rows do not fit together.
   */
  constructor(readonly params: SplineParams, options?: { shift?: TensorLike }) {
    super();
    checkOptions("make CircularSpline", options, { shift: true });
    this.shift = asTensor(options?.shift ?? 0);
    checkBins(this.name, params, true);
  }

  /** Computes y from x, and the log slope there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    const { value, logSlope } = rationalSpline(wrapped(x), this.params, Math.PI, false);
    return { y: wrapped(value.add(this.shift)), logDet: broadcastTo(logSlope, this.forwardShape(x.shape)) };
  }

  /** Computes x from y, and the log slope there. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    const angle = wrapped(y.sub(this.shift));
    const { value, logSlope } = rationalSpline(angle, this.params, Math.PI, true);
    return { x: value, logDet: logSlope.neg() };
  }

  /** Returns the shape of y from that of x. */
  override forwardShape(shape: number[]): number[] {
    return broadcastShapes(shape, this.params.widths.shape.slice(0, -1), this.shift.shape);
  }
}
