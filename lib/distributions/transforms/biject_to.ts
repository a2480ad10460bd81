import { asTensor, type TensorLike } from "../../tensor/mod.ts";
import { type Bounded, type Constraint, IndependentConstraint } from "../constraints/mod.ts";
import { AffineTransform } from "./affine.ts";
import { ComposeTransform } from "./compose.ts";
import { CorrCholeskyTransform } from "./corr_cholesky.ts";
import { ExpTransform } from "./exp.ts";
import { IdentityTransform } from "./identity.ts";
import { IndependentTransform } from "./independent.ts";
import { VectorToLowerCholeskyTransform } from "./lower_cholesky.ts";
import { OrderedTransform } from "./ordered.ts";
import { CholeskyToPositiveDefiniteTransform } from "./positive_definite.ts";
import { SigmoidTransform } from "./sigmoid.ts";
import { SoftmaxTransform } from "./softmax.ts";
import { SoftplusTransform } from "./softplus.ts";
import { StickBreakingTransform } from "./stick_breaking.ts";
import type { Transform } from "./transform.ts";

/** Makes the transform to a constraint. */
export type TransformFactory = (constraint: Constraint) => Transform;

function boundedBelow(constraint: Constraint): Transform {
  return new ComposeTransform([
    new ExpTransform(),
    new AffineTransform((constraint as Bounded).lowerBound!, 1),
  ]);
}

function between(constraint: Constraint): Transform {
  const { lowerBound, upperBound } = constraint as Bounded;
  if (lowerBound === 0 && upperBound === 1) return new SigmoidTransform();
  const width: TensorLike = typeof lowerBound === "number" && typeof upperBound === "number"
    ? upperBound - lowerBound
    : asTensor(upperBound!).sub(asTensor(lowerBound!));
  return new ComposeTransform([new SigmoidTransform(), new AffineTransform(lowerBound!, width)]);
}

const bijections = new Map<string, TransformFactory>([
  ["real", () => new IdentityTransform()],
  ["realVector", () => new IndependentTransform(new IdentityTransform(), 1)],
  ["positive", () => new ExpTransform()],
  ["softplusPositive", () => new SoftplusTransform()],
  ["nonNegative", () => new ExpTransform()],
  ["unitInterval", () => new SigmoidTransform()],
  ["interval", between],
  ["greaterThan", boundedBelow],
  ["greaterThanEq", boundedBelow],
  [
    "lessThan",
    (constraint) =>
      new ComposeTransform([
        new ExpTransform(),
        new AffineTransform((constraint as Bounded).upperBound!, -1),
      ]),
  ],
  ["simplex", () => new StickBreakingTransform()],
  ["orderedVector", () => new OrderedTransform()],
  ["lowerCholesky", () => new VectorToLowerCholeskyTransform()],
  ["corrCholesky", () => new CorrCholeskyTransform()],
  [
    "positiveDefinite",
    () =>
      new ComposeTransform([new VectorToLowerCholeskyTransform(), new CholeskyToPositiveDefiniteTransform()]),
  ],
]);

const transformations = new Map<string, TransformFactory>([["simplex", () => new SoftmaxTransform()]]);

/**
 * Registers the bijection to the constraints of a name; `transformTo` uses it too.
 */
export function registerBijection(name: string, factory: TransformFactory): void {
  bijections.set(name, factory);
}

function lookUp(
  asked: string,
  constraint: Constraint,
  registries: Map<string, TransformFactory>[],
): Transform {
  if (constraint instanceof IndependentConstraint) {
    return new IndependentTransform(lookUp(asked, constraint.base, registries), constraint.reinterpreted);
  }
  for (const registry of registries) {
    const factory = registry.get(constraint.name);
    if (factory) return factory(constraint);
  }
  const why = constraint.isDiscrete
    ? "its values are discrete"
    : "none is registered; register one by registerBijection";
  throw new Error(`Cannot find a transform to the constraint ${constraint} for ${asked}: ${why}`);
}

/**
 * The transform from unconstrained numbers or vectors one-to-one onto the values of a constraint,
 * as torch's `biject_to`. Matrices come from vectors, as in NumPyro.
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
 * A transform from unconstrained values onto those of a constraint, which need not be one-to-one
 * but is easy to optimise over, as torch's `transform_to`: the softmax for the simplex, else as
 * `bijectTo`.
 * @throws Error for a constraint without one.
 */
export function transformTo(constraint: Constraint): Transform {
  return lookUp("transformTo", constraint, [transformations, bijections]);
}
