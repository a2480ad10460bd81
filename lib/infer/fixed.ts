import { Bounded, type Constraint, IndependentConstraint } from "../distributions/mod.ts";
import { tf } from "../tensor/mod.ts";

/** Whether a constraint has plain numbers for its bounds: one with tensors belongs to the run of the model that made them. */
export function isFixed(constraint: Constraint): boolean {
  if (constraint instanceof IndependentConstraint) return isFixed(constraint.base);
  if (!(constraint instanceof Bounded)) return true;
  return [constraint.lowerBound, constraint.upperBound].every((bound) => !(bound instanceof tf.Tensor));
}
