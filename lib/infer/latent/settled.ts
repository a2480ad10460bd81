import { Bounded, type Constraint, IndependentConstraint } from "../../distributions/mod.ts";
import { constantValues, type Shape, sizeOf, type TensorLike, tf } from "../../tensor/mod.ts";

/** The support of a site as it is known after the run, see `LatentSite`. */
interface Settled {
  readonly fixedSupport: Constraint | undefined;
  readonly isDependent: boolean;
}

/**
 * Settles a support from what it was in two runs of a model, with other values at all sites: bounds
 * that are tensors, made before the model or in it, are numbers then.
 */
export function settled(support: Constraint, other: Constraint | undefined): Settled {
  if (support.isFixed) return { fixedSupport: support, isDependent: false };
  const fixedSupport = withArrays(support), again = other && withArrays(other);
  const isDependent = fixedSupport !== undefined && again !== undefined && !sameBounds(fixedSupport, again);
  return { fixedSupport: isDependent ? undefined : fixedSupport, isDependent };
}

/** Returns a constraint with arrays in place of constant tensors; undefined for others. */
function withArrays(constraint: Constraint): Constraint | undefined {
  if (constraint instanceof IndependentConstraint) {
    const base = withArrays(constraint.base);
    return base && new IndependentConstraint(base, constraint.reinterpreted);
  }
  return constraint instanceof Bounded ? constraint.mapBounds(toArray) : undefined;
}

/** Returns the numbers of a constant tensor, nested. */
function toArray(bound: TensorLike): TensorLike | undefined {
  if (!(bound instanceof tf.Tensor)) return bound;
  const values = constantValues(bound);
  return values?.length === sizeOf(bound.shape) ? nested(values, bound.shape) : undefined;
}

function nested(values: ArrayLike<number>, [size, ...rest]: Shape): TensorLike {
  if (size === undefined) return values[0];
  const step = sizeOf(rest);
  return Array.from(
    { length: size },
    (_, i) => nested(Array.prototype.slice.call(values, i * step, (i + 1) * step), rest),
  ) as number[];
}

function sameBounds(a: Constraint, b: Constraint): boolean {
  if (a instanceof IndependentConstraint && b instanceof IndependentConstraint) {
    return sameBounds(a.base, b.base);
  }
  const text = (c: Constraint) => c instanceof Bounded ? JSON.stringify([c.lowerBound, c.upperBound]) : "";
  return text(a) === text(b);
}
