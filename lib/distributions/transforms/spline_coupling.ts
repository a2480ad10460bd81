import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { formatShape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { Flow } from "./flow.ts";
import { Spline, type SplineOptions } from "./spline.ts";
import { unfit } from "./transform.ts";
import { sliceLast } from "./util/pad.ts";
import type { SplineParams } from "./util/rational_spline.ts";

/** Options of `SplineCoupling`. */
export interface SplineCouplingOptions extends SplineOptions {
  /** An element-wise spline for the first part; by default it stays (Pyro's `identity`). */
  lower?: SplineParams;
}

const optionNames: OptionNames<SplineCouplingOptions> = { bound: true, lower: true };

/**
 * A coupling layer: the first part of a vector goes through an element-wise spline, or stays as it
 * is; the second through one whose parameters a network computes from the first. As Pyro's
 * `SplineCoupling`; both directions take one run of the network.
 *
 * @example
 * ```ts
 * import { SplineCoupling } from "@pyrosaur/pyrosaur/distributions";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * // For one variable, 4 widths, 4 heights and 3 slopes, from another.
 * const network = (x: Tensor) => [x.mul([1, 2, 3, 4]), x.mul([1, -1, 1, -1]), x.mul([1, 0, 2])];
 * const coupling = new SplineCoupling(1, network), x = tf.tensor([[0.5, -1]]);
 * assert.equal(coupling.forward(x).dataSync()[0], 0.5);
 * ```
 */
export class SplineCoupling extends Flow {
  private readonly lower: Spline | undefined;
  private readonly bound: number | undefined;

  /**
   * Makes the transform from a network.
   *
   * @param splitDim how many variables the first part has
   * @param network gives, from the first part, widths, heights, slopes and for a linear spline
   * lambdas: for a second part of n variables each [..., n * bins] (slopes: [..., n * (bins - 1)]),
   * as `denseNN` gives them
   * @throws Error where splitDim is no positive integer, and for a `lower` or a bound that make no
   * spline.
   */
  constructor(
    readonly splitDim: number,
    readonly network: (x: Tensor) => readonly Tensor[],
    options?: SplineCouplingOptions,
  ) {
    super();
    checkOptions("make SplineCoupling", options, optionNames);
    const { lower, bound } = options ?? {};
    if (!(Number.isSafeInteger(splitDim) && splitDim > 0)) {
      throw new Error(`Cannot make SplineCoupling: splitDim is ${splitDim}, expected a positive integer`);
    }
    this.bound = bound;
    this.lower = lower && new Spline(lower, { bound });
    const size = lower?.widths.shape.at(-2) ?? splitDim;
    if (size !== splitDim) {
      throw new Error(`Cannot make SplineCoupling: lower is for ${size} variables, splitDim is ${splitDim}`);
    }
  }

  /** The spline of the second part, from the first. */
  #upper(x: Tensor, size: number): Spline {
    const results = this.network(x);
    if (results.length !== 3 && results.length !== 4) {
      throw new Error(
        `Cannot transform with SplineCoupling: the network gave ${results.length} results, ` +
          "expected widths, heights, slopes and for a linear spline lambdas",
      );
    }
    const [widths, heights, derivatives, lambdas] = results.map((result) => {
      const columns = result.shape[result.rank - 1];
      if (columns % size !== 0) {
        throw new Error(
          "Cannot transform with SplineCoupling: the network gave a result of shape " +
            `${formatShape(result.shape)}, expected a multiple of ${size} on its last axis`,
        );
      }
      return result.reshape([...result.shape.slice(0, -1), size, columns / size]) as Tensor;
    });
    return new Spline({ widths, heights, derivatives, lambdas }, { bound: this.bound });
  }

  #split(x: Tensor): [Tensor, Tensor] {
    const size = sizeOf(x.shape.slice(-1));
    if (x.rank === 0 || size <= this.splitDim) {
      unfit(this.name, x.shape, `expected more than ${this.splitDim} on its last axis`);
    }
    return [sliceLast(x, 0, this.splitDim), sliceLast(x, this.splitDim)];
  }

  /** Computes y from x, and the log-determinant there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    const [x1, x2] = this.#split(x), upper = this.#upper(x1, x2.shape[x2.rank - 1]);
    const y1 = this.lower ? this.lower.forward(x1) : x1, y2 = upper.forward(x2);
    return { y: tf.concat([y1, y2], -1), logDet: this.#logDet(upper, [x1, x2], [y1, y2]) };
  }

  #logDet(upper: Spline, [x1, x2]: [Tensor, Tensor], [y1, y2]: [Tensor, Tensor]): Tensor {
    const second = upper.logAbsDetJacobian(x2, y2).sum(-1) as Tensor;
    return this.lower ? second.add(this.lower.logAbsDetJacobian(x1, y1).sum(-1)) : second;
  }

  /** Computes x from y, and the log-determinant there. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    const [y1, y2] = this.#split(y), x1 = this.lower ? this.lower.inverse(y1) : y1;
    const upper = this.#upper(x1, y2.shape[y2.rank - 1]), x2 = upper.inverse(y2);
    return { x: tf.concat([x1, x2], -1) as Tensor, logDet: this.#logDet(upper, [x1, x2], [y1, y2]) };
  }
}
