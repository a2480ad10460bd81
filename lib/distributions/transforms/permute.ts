import { formatShape, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { type Constraint, independent, real } from "../constraints/mod.ts";
import { checkPermutation } from "./util/check_permutation.ts";
import { Transform } from "./transform.ts";

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
export class Permute extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;
  /** The axis whose entries change places, counted from the right. */
  readonly dim: number;
  private readonly back: readonly number[];

  /**
   * Makes the transform from an order.
   *
   * @param permutation which entry goes to each place
   * @param options `dim`: the axis, counted from the right; it and those after it are event axes
   * (default -1)
   * @throws Error for a permutation that is none, and an axis that is not counted from the right.
   */
  constructor(readonly permutation: readonly number[], { dim = -1 }: { dim?: number } = {}) {
    super();
    checkPermutation("Permute", permutation);
    if (!(Number.isSafeInteger(dim) && dim < 0)) {
      throw new Error(
        `Cannot make Permute: dim is ${dim}, expected a negative integer, as axes count from the right`,
      );
    }
    const back: number[] = [];
    permutation.forEach((from, to) => back[from] = to);
    this.back = back;
    this.dim = dim;
    this.domain = this.codomain = independent(real, -dim);
  }

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return this.take(x, this.permutation);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return this.take(y, this.back);
  }

  /** The entries in another order. */
  private take(x: Tensor, order: readonly number[]): Tensor {
    if (x.shape.at(this.dim) !== order.length) {
      throw new Error(
        `Cannot transform with Permute: the value has shape ${
          formatShape(x.shape)
        }, expected ${order.length} on axis ${this.dim}`,
      );
    }
    return tf.gather(x, tf.tensor1d(order.slice(), "int32"), x.rank + this.dim);
  }

  /** 0: places change, volumes do not. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    const shape: Shape = x.shape.slice(0, x.rank + this.dim);
    return tf.zeros(shape);
  }

  /** Whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof Permute && this.dim === other.dim &&
      this.permutation.length === other.permutation.length &&
      this.permutation.every((from, to) => from === other.permutation[to]);
  }
}
