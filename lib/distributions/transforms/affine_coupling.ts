import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { formatShape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { type Constraint, independent, real } from "../constraints/mod.ts";
import { sumRightmost } from "../shapes.ts";
import { Flow } from "./flow.ts";
import { unfit } from "./transform.ts";
import { clampPreserveGradients } from "./util/clamp.ts";

/** Options of `AffineCoupling`. */
export interface AffineCouplingOptions {
  /**
   * The axis that is cut in two, from the right; it and those after it are event axes (default -1).
   */
  dim?: number;
  /** The least log scale; its gradient is kept (default -5). */
  logScaleMinClip?: number;
  /** The greatest log scale; its gradient is kept (default 3). */
  logScaleMaxClip?: number;
}

const optionNames: OptionNames<AffineCouplingOptions> = {
  dim: true,
  logScaleMinClip: true,
  logScaleMaxClip: true,
};

/**
 * The affine coupling layer of RealNVP (Dinh et al. 2017), as Pyro's `AffineCoupling`: the first
 * part of a vector stays, the second becomes exp(logScale) x + mean, which a network computes from
 * the first. Both directions take one run of the network.
 *
 * @example The second number is scaled and shifted by the first
 * ```ts
 * import { AffineCoupling } from "@pyrosaur/pyrosaur/distributions";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const coupling = new AffineCoupling(1, (x: Tensor) => [x.mul(10), x.sub(2)]);
 * assert.deepEqual([...coupling.forward(tf.tensor([2, 3])).dataSync()], [2, 23]);
 * ```
 */
export class AffineCoupling extends Flow {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;
  /** The axis that is cut in two, counted from the right. */
  readonly dim: number;
  readonly #clip: readonly [number, number];

  /**
   * Makes the transform from a network.
   *
   * @param splitDim how many entries of the axis the first part has
   * @param network gives, from the first part, `[mean, logScale]` of the second, as `denseNN` does;
   * where there are several event axes, each part is laid out as a vector for it
   * @throws Error where splitDim is no positive integer, for an axis that is not counted from the
   * right, and clips in the wrong order.
   */
  constructor(
    readonly splitDim: number,
    readonly network: (x: Tensor) => readonly Tensor[],
    options?: AffineCouplingOptions,
  ) {
    super();
    checkOptions("make AffineCoupling", options, optionNames);
    const { dim = -1, logScaleMinClip = -5, logScaleMaxClip = 3 } = options ?? {};
    const refuse = (problem: string): never => {
      throw new Error(`Cannot make AffineCoupling: ${problem}`);
    };
    if (!(Number.isSafeInteger(splitDim) && splitDim > 0)) {
      refuse(`splitDim is ${splitDim}, expected a positive integer`);
    }
    if (!(Number.isSafeInteger(dim) && dim < 0)) {
      refuse(`dim is ${dim}, expected a negative integer, as axes count from the right`);
    }
    if (!(logScaleMinClip < logScaleMaxClip)) {
      refuse(`logScaleMinClip is ${logScaleMinClip}, expected less than logScaleMaxClip, ${logScaleMaxClip}`);
    }
    this.dim = dim;
    this.domain = this.codomain = independent(real, -dim);
    this.#clip = [logScaleMinClip, logScaleMaxClip];
  }

  /** Cuts a value, and runs the network on its first part. */
  #parts(value: Tensor) {
    const { dim, splitDim } = this, axis = value.rank + dim, rest = (value.shape[axis] ?? 0) - splitDim;
    if (!(axis >= 0 && rest > 0)) {
      unfit(this.name, value.shape, `expected more than ${splitDim} on axis ${dim}`);
    }
    const [first, second] = tf.split(value, [splitDim, rest], axis);
    const batch = value.shape.slice(0, axis), events = sizeOf(second.shape.slice(axis));
    const results = this.network(
      dim === -1 ? first : first.reshape([...batch, sizeOf(first.shape.slice(axis))]),
    );
    const found = Array.isArray(results) ? results.map((r: Tensor) => r.shape) : [];
    if (found.length !== 2 || found.some((shape) => shape.at(-1) !== events)) {
      const shapes = found.map(formatShape).join(" and ") || "no list";
      throw new Error(
        `Cannot transform with AffineCoupling: the network gave ${shapes}, ` +
          `expected [mean, logScale] with ${events} on the last axis`,
      );
    }
    const like = (t: Tensor) =>
      dim === -1 ? t : t.reshape([...t.shape.slice(0, -1), ...second.shape.slice(axis)]) as Tensor;
    const [mean, raw] = results.map(like), logScale = clampPreserveGradients(raw, ...this.#clip);
    return { first, second, mean, logScale, logDet: sumRightmost(logScale, -dim) };
  }

  #join(first: Tensor, second: Tensor): Tensor {
    return tf.concat([first, second], first.rank + this.dim);
  }

  /** Computes y from x, and the sum of the log scales. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    const { first, second, mean, logScale, logDet } = this.#parts(x);
    return { y: this.#join(first, second.mul(logScale.exp()).add(mean)), logDet };
  }

  /** Computes x from y, and the sum of the log scales. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    const { first, second, mean, logScale, logDet } = this.#parts(y);
    return { x: this.#join(first, second.sub(mean).mul(logScale.neg().exp())), logDet };
  }
}
