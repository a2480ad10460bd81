import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { tf } from "../../tensor/mod.ts";
import { independent, real } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { type Transform, unfit } from "./transform.ts";
import { along, cosines, haar, type Matrix } from "./util/orthonormal.ts";

/** Options of `HaarTransform`. */
export interface HaarOptions {
  /** The axis, counted from the right; it and those after it are event axes (default -1). */
  dim?: number;
  /** True to begin at the end of the axis, whose numbers then come last (default false). */
  flip?: boolean;
}

/** Options of `DiscreteCosineTransform`. */
export interface CosineOptions {
  /** The axis, counted from the right; it and those after it are event axes (default -1). */
  dim?: number;
  /**
   * The power of its frequency that multiplies each number (default 0): 0 makes white noise of
   * white noise, 1 of a random walk.
   */
  smooth?: number;
}

const haarNames: OptionNames<HaarOptions> = { dim: true, flip: true };
const cosineNames: OptionNames<CosineOptions> = { dim: true, smooth: true };

/** The base of linear maps along an axis that keep volumes. */
export abstract class UnitJacobian extends FormulaTransform {
  /** @internal Makes the transform from its matrices by size. */
  constructor(
    name: string,
    /** The axis, counted from the right. */
    readonly dim: number,
    matrix: (size: number, inverse: boolean) => Matrix,
    private readonly parameter: number | boolean,
  ) {
    if (!(Number.isSafeInteger(dim) && dim < 0)) {
      throw new Error(
        `Cannot make ${name}: dim is ${dim}, expected a negative integer, as axes count from the right`,
      );
    }
    const event = independent(real, -dim), known = new Map<string, Matrix>();
    const rows = (shape: readonly number[], inverse: boolean): Matrix => {
      const size = shape.at(dim);
      if (size === undefined) unfit(name, [...shape], `expected at least ${-dim} axes`);
      const place = `${size} ${inverse}`;
      if (!known.has(place)) known.set(place, matrix(size, inverse));
      return known.get(place)!;
    };
    super({
      domain: event,
      codomain: event,
      forward: (x) => along(x, dim, rows(x.shape, false)),
      inverse: (y) => along(y, dim, rows(y.shape, true)),
      logSlope: (x) => tf.zeros(x.shape.slice(0, x.rank + dim)),
    });
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof UnitJacobian && other.constructor === this.constructor &&
      this.dim === other.dim && this.parameter === other.parameter;
  }
}

/**
 * The discrete Haar transform along an axis, orthonormal: of a smooth curve few numbers are large.
 * Pyro: `HaarTransform`.
 *
 * @example Sums and differences
 * ```ts
 * import { HaarTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const y = new HaarTransform().forward(tf.tensor([1, 1, 3, 3])).dataSync();
 * assert.deepEqual([...y].map(Math.round), [4, -2, 0, 0]);
 * ```
 */
export class HaarTransform extends UnitJacobian {
  /** Takes its options. @throws Error for an axis that is not counted from the right. */
  constructor(options?: HaarOptions) {
    checkOptions("make HaarTransform", options, haarNames);
    const { dim = -1, flip = false } = options ?? {};
    const turned = (rows: Matrix, inverse: boolean) =>
      !flip ? rows : inverse ? rows.toReversed() : rows.map((row) => row.toReversed());
    super("HaarTransform", dim, (n, inverse) => turned(haar(n, inverse), inverse), flip);
  }
}

/**
 * The discrete cosine transform along an axis, orthonormal (DCT-II): frequencies in place of times.
 * Pyro: `DiscreteCosineTransform`.
 *
 * @example A constant has frequency 0 alone
 * ```ts
 * import { DiscreteCosineTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const y = new DiscreteCosineTransform().forward(tf.tensor([3, 3, 3, 3])).dataSync();
 * assert.deepEqual([...y].map((x) => Math.abs(Math.round(x))), [6, 0, 0, 0]);
 * ```
 */
export class DiscreteCosineTransform extends UnitJacobian {
  /** Takes its options. @throws Error for an axis that is not counted from the right. */
  constructor(options?: CosineOptions) {
    checkOptions("make DiscreteCosineTransform", options, cosineNames);
    const { dim = -1, smooth = 0 } = options ?? {};
    if (!Number.isFinite(smooth)) {
      throw new Error(`Cannot make DiscreteCosineTransform: smooth is ${smooth}, expected a number`);
    }
    super("DiscreteCosineTransform", dim, (n, inverse) => cosines(n, smooth, inverse), smooth);
  }
}
