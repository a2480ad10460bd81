import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import * as constraints from "../constraints/mod.ts";
import { Bounded, type Constraint, IndependentConstraint, JoinedConstraint } from "../constraints/mod.ts";
import {
  CholeskyToCorrelationTransform,
  CholeskyToPositiveDefiniteTransform,
  CorrCholeskyTransform,
  SoftplusLowerCholeskyTransform,
  UnitLowerCholeskyTransform,
  VectorToLowerCholeskyTransform,
} from "./cholesky.ts";
import { AffineTransform } from "./affine.ts";
import { ComposeTransform } from "./compose.ts";
import { ImageConstraint } from "./image.ts";
import { IndependentTransform } from "./independent.ts";
import { ExpTransform, IdentityTransform, SigmoidTransform, SoftplusTransform } from "./elementwise.ts";
import type { Transform } from "./transform.ts";
import { CatTransform, StackTransform } from "./joined.ts";
import { OrderedTransform } from "./ordered.ts";
import { OrderedSimplexTransform } from "./ordered_simplex.ts";
import { L1BallTransform } from "./l1_ball.ts";
import { NormalizeTransform, StereographicTransform } from "./sphere.ts";
import { SoftmaxTransform } from "./softmax.ts";
import { StickBreakingTransform } from "./stick_breaking.ts";
import { ZeroSumTransform } from "./zero_sum.ts";

/** Makes the transform to a constraint. */
export type TransformFactory<C extends Constraint> = (constraint: C) => Transform;

/** A class of constraints. */
export type ConstraintClass<C extends Constraint> = abstract new (...args: any[]) => C;

/** Onto an interval, or what lies on one side of a bound, or all numbers. */
function between(set: Bounded): Transform {
  const { lowerBound: low, upperBound: high } = set;
  const affine = (loc: TensorLike, scale: TensorLike, first: Transform) =>
    new ComposeTransform([first, new AffineTransform(loc, scale)], set);
  if (low === undefined) {
    return high === undefined ? new IdentityTransform() : affine(high, -1, new ExpTransform());
  }
  if (high === undefined) return low === 0 ? new ExpTransform() : affine(low, 1, new ExpTransform());
  if (low === 0 && high === 1) return new SigmoidTransform();
  const areNumbers = typeof low === "number" && typeof high === "number";
  return affine(low, areNumbers ? high - low : asTensor(high).sub(asTensor(low)), new SigmoidTransform());
}

/** Transforms by constraint, or by class of constraints. */
type Registry = Map<Constraint | ConstraintClass<Constraint>, TransformFactory<any>>;

const bijections: Registry = new Map<Constraint | ConstraintClass<Constraint>, TransformFactory<any>>([
  [Bounded, between],
  [
    ImageConstraint,
    ({ source, transform }: ImageConstraint) =>
      new ComposeTransform([bijectTo(source), transform as Transform]),
  ],
  [constraints.softplusPositive, () => new SoftplusTransform()],
  [constraints.realVector, () => new IndependentTransform(new IdentityTransform(), 1)],
  [constraints.simplex, () => new StickBreakingTransform()],
  [constraints.simplex.interior, () => new StickBreakingTransform()],
  [constraints.orderedVector, () => new OrderedTransform()],
  [
    constraints.positiveOrderedVector,
    () => {
      const exp = new IndependentTransform(new ExpTransform(), 1);
      return new ComposeTransform([new OrderedTransform(), exp], constraints.positiveOrderedVector);
    },
  ],
  [constraints.orderedSimplex, () => new OrderedSimplexTransform()],
  [constraints.ZeroSumConstraint, ({ eventDim }: Constraint) => new ZeroSumTransform(eventDim)],
  [constraints.l1Ball, () => new L1BallTransform()],
  [constraints.sphere, () => new StereographicTransform()],
  [
    constraints.corrMatrix,
    () => new ComposeTransform([new CorrCholeskyTransform(), new CholeskyToCorrelationTransform()]),
  ],
  [constraints.lowerCholesky, () => new VectorToLowerCholeskyTransform()],
  [constraints.softplusLowerCholesky, () => new SoftplusLowerCholeskyTransform()],
  [constraints.unitLowerCholesky, () => new UnitLowerCholeskyTransform()],
  [constraints.corrCholesky, () => new CorrCholeskyTransform()],
  ...[constraints.positiveDefinite, constraints.positiveSemidefinite].map((set) =>
    [
      set,
      () =>
        new ComposeTransform([
          new VectorToLowerCholeskyTransform(),
          new CholeskyToPositiveDefiniteTransform(),
        ], set),
    ] as const
  ),
]);

const transformations: Registry = new Map([
  ...[constraints.simplex, constraints.simplex.interior].map((set) =>
    [set, () => new SoftmaxTransform()] as const
  ),
  [constraints.sphere, () => new NormalizeTransform()],
]);

/** Registers the bijection to a constraint, or to all of a class; `transformTo` uses it too. */
export function registerBijection<C extends Constraint>(
  constraint: C | ConstraintClass<C>,
  factory: TransformFactory<C>,
): void {
  bijections.set(constraint, factory);
}

/** Puts the transforms to the parts of a set together. */
function joined({ dim, lengths, parts: sets }: JoinedConstraint, parts: readonly Transform[]): Transform {
  if (!lengths) return new StackTransform(parts, { dim });
  const most = Math.max(...sets.map(({ eventDim }) => eventDim));
  // An axis of elements is as long before as behind.
  const before = -dim > most
    ? lengths
    : parts.map((part, i) => part.inverseShape(Array<number>(most).fill(1).with(dim, lengths[i])).at(dim)!);
  return new CatTransform(parts, { dim, lengths: before });
}

function lookUp(asked: string, constraint: Constraint, registries: readonly Registry[]): Transform {
  if (constraint instanceof IndependentConstraint) {
    return new IndependentTransform(lookUp(asked, constraint.base, registries), constraint.reinterpreted);
  }
  if (constraint instanceof JoinedConstraint) {
    return joined(constraint, constraint.parts.map((part) => lookUp(asked, part, registries)));
  }
  // Of classes, the one registered last; the bounds of a discrete set are no help.
  const isOfClass = (key: unknown) =>
    typeof key === "function" && !constraint.isDiscrete && constraint instanceof key;
  for (const registry of registries) {
    const key = registry.has(constraint) ? constraint : [...registry.keys()].findLast(isOfClass);
    if (key) return registry.get(key)!(constraint);
  }
  const why = constraint.isDiscrete
    ? "its values are discrete"
    : "none is registered; register one by registerBijection";
  throw new Error(`Cannot find a transform to the constraint ${constraint} for ${asked}: ${why}`);
}

/**
 * Returns the transform from unconstrained numbers or vectors one-to-one onto the values of a
 * constraint, as torch's `biject_to`. Matrices come from vectors, as in NumPyro.
 * @throws Error for a constraint without one.
 *
 * @example Into the simplex and back
 * ```ts
 * import { bijectTo, constraints } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const transform = bijectTo(constraints.simplex);
 * const probs = transform.forward(tf.tensor([0.5, -1]));
 * assert.deepEqual(probs.shape, [3]);
 * assert(Math.abs(probs.sum().dataSync()[0] - 1) < 1e-6);
 * assert(Math.abs(transform.inverse(probs).dataSync()[1] + 1) < 1e-5);
 * ```
 */
export function bijectTo(constraint: Constraint): Transform {
  return lookUp("bijectTo", constraint, [bijections]);
}

/**
 * Returns a transform from unconstrained values onto those of a constraint, which need not be
 * one-to-one but is easy to optimise over, as torch's `transform_to`: the softmax for the simplex,
 * division by the length for the sphere, else as `bijectTo`.
 * @throws Error for a constraint without one.
 */
export function transformTo(constraint: Constraint): Transform {
  return lookUp("transformTo", constraint, [transformations, bijections]);
}
