import { constant, sizeOf, tf } from "../../tensor/mod.ts";
import type { Constraint } from "./constraint.ts";
import { Structured } from "./structured_base.ts";

/** The part of its entries' size by which a sum may be off in float32. */
const tolerance = 1e-5;

/** Values whose last axes each sum to 0. */
export class ZeroSumConstraint extends Structured {
  /** Makes the constraint; `axes` of the last axes sum to 0. */
  constructor(axes: number) {
    super(`zeroSum(${axes})`, axes, (block, shape) =>
      shape.every((_, axis) => {
        const size = shape[axis],
          inner = sizeOf(shape.slice(axis + 1)),
          sums = new Float64Array(block.length / size);
        const sizes = new Float64Array(sums.length);
        for (let i = 0; i < block.length; i++) {
          const at = Math.floor(i / (size * inner)) * inner + i % inner;
          sums[at] += block[i];
          sizes[at] += Math.abs(block[i]);
        }
        return sums.every((total, i) => Math.abs(total) <= tolerance * Math.max(1, sizes[i]));
      }), {
      outside: (x) =>
        Array.from({ length: axes }, (_, i) => i - axes).map((axis) => {
          const off = x.sum(axis).abs().greater(tf.maximum(x.abs().sum(axis), 1).mul(constant(tolerance)));
          return axes === 1
            ? off
            : off.any(Array.from({ length: axes - 1 }, (_, k) => off.rank - axes + 1 + k));
        }).reduce((a, b) => a.logicalOr(b)),
    });
  }

  /** Tells whether each element of this set is known to lie in another. */
  override isWithin(other: Constraint): boolean {
    return other instanceof ZeroSumConstraint && other.eventDim <= this.eventDim;
  }
}

/** Makes the constraint of values whose last axes, `axes` of them (default 1), each sum to 0. */
export function zeroSum(axes: number = 1): Constraint {
  return new ZeroSumConstraint(axes);
}
