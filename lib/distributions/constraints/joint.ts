import { type Tensor, tf } from "../../tensor/mod.ts";

/** An axis along which a value is put together of parts, counted from the right: -1 is the last. */
export class Joint {
  /** The number of rightmost axes that make up one whole element. */
  readonly eventDim: number;

  /**
   * Describes the axis.
   * @param lengths those of the parts on the axis; undefined where the axis counts the parts, and
   * is none of theirs
   * @param most the greatest number of axes that an element of a part has
   */
  constructor(
    readonly dim: number,
    readonly lengths: readonly number[] | undefined,
    readonly most: number,
  ) {
    this.eventDim = lengths || !this.isInner ? most : most + 1;
  }

  /** True where the axis lies within an element, and false where it counts elements. */
  get isInner(): boolean {
    return -this.dim <= this.most;
  }

  /** Cuts a value into its parts. */
  cut(value: Tensor): Tensor[] {
    const axis = value.rank + this.dim;
    return this.lengths ? tf.split(value, [...this.lengths], axis) : tf.unstack(value, axis);
  }

  /** Puts parts together. */
  put(parts: Tensor[]): Tensor {
    const { rank } = parts[0];
    return this.lengths ? tf.concat(parts, rank + this.dim) : tf.stack(parts, rank + 1 + this.dim);
  }

  /** Puts results together that are one number for each `most` axes of a part. */
  combine(results: Tensor[], reduce: (a: Tensor, b: Tensor) => Tensor): Tensor {
    if (this.isInner) return results.reduce(reduce);
    return new Joint(this.dim + this.most, this.lengths, 0).put(results);
  }

  /** Tells whether another axis is the same. */
  equals(other: Joint): boolean {
    return this.dim === other.dim && `${this.lengths}` === `${other.lengths}`;
  }
}
