import { checkOptions } from "../../system/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import { independent, real } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { type Transform, unfit } from "./transform.ts";

/**
 * Checks that a list is a permutation.
 * @param size how many entries it must have (default: as many as it has)
 * @throws Error that names whose it is and what it holds.
 */
export function checkPermutation(
  name: string,
  permutation: readonly number[],
  size: number = permutation.length,
): void {
  const sorted = permutation.toSorted((a, b) => a - b);
  if (size > 0 && sorted.length === size && sorted.every((place, i) => place === i)) return;
  const found = permutation.join(", "), last = Math.max(0, size - 1);
  throw new Error(`Cannot make ${name}: permutation is [${found}], expected each of 0 to ${last} once`);
}

/** The entries along an axis, counted from the right, in another order. */
function take(x: Tensor, order: readonly number[], dim: number): Tensor {
  if (x.shape.at(dim) !== order.length) unfit("Permute", x.shape, `expected ${order.length} on axis ${dim}`);
  return tf.gather(x, tf.tensor1d(order.slice(), "int32"), x.rank + dim);
}

/**
 * Puts the entries along an axis into another order, y[i] = x[permutation[i]], as Pyro's `Permute`:
 * between autoregressive transforms, it lets each variable come early once.
 *
 * @example
 * ```ts
 * import { Permute } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const permute = new Permute([2, 0, 1]);
 * assert.deepEqual([...permute.forward(tf.tensor([5, 6, 7])).dataSync()], [7, 5, 6]);
 * ```
 */
export class Permute extends FormulaTransform {
  /** The axis whose entries change places, counted from the right. */
  readonly dim: number;

  /**
   * Makes the transform from an order.
   *
   * @param permutation which entry goes to each place
   * @param options `dim`: the axis, counted from the right; it and those after it are event axes
   * (default -1)
   * @throws Error for a permutation that is none, and an axis that is not counted from the right.
   */
  constructor(readonly permutation: readonly number[], options?: { dim?: number }) {
    checkOptions("make Permute", options, { dim: true });
    const { dim = -1 } = options ?? {};
    checkPermutation("Permute", permutation);
    if (!(Number.isSafeInteger(dim) && dim < 0)) {
      throw new Error(
        `Cannot make Permute: dim is ${dim}, expected a negative integer, as axes count from the right`,
      );
    }
    const back: number[] = [], event = independent(real, -dim);
    permutation.forEach((from, to) => back[from] = to);
    super({
      domain: event,
      codomain: event,
      forward: (x) => take(x, permutation, dim),
      inverse: (y) => take(y, back, dim),
      // Places change, volumes do not.
      logSlope: (x) => tf.zeros(x.shape.slice(0, x.rank + dim)),
    });
    this.dim = dim;
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof Permute && this.dim === other.dim &&
      this.permutation.length === other.permutation.length &&
      this.permutation.every((from, to) => from === other.permutation[to]);
  }
}
