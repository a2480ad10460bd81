import { tf } from "../../tensor/mod.ts";
import { Bounded } from "./bounded.ts";
import type { Constraint } from "./constraint.ts";
import { IndependentConstraint } from "./independent.ts";

/** Tells whether a constraint has plain numbers as bounds, not tensors of one run of a model. */
export function isFixed(constraint: Constraint): boolean {
  if (constraint instanceof IndependentConstraint) return isFixed(constraint.base);
  if (!(constraint instanceof Bounded)) return true;
  return [constraint.lowerBound, constraint.upperBound].every((bound) => !(bound instanceof tf.Tensor));
}
