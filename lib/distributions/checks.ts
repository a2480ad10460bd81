import {
  formatShape,
  knownValues,
  sameShape,
  type Shape,
  type Tensor,
  tryBroadcastShapes,
} from "../tensor/mod.ts";
import type { Constraint } from "./constraints/constraint.ts";

/** A violating element as it is printed: a number, or "a value" for vectors and matrices. */
function describe(values: ArrayLike<number>, shape: Shape, index: number[], eventDim: number): string {
  if (eventDim > 0) return `a ${eventDim === 1 ? "vector" : "matrix"}`;
  let position = 0;
  if (index.length === shape.length) index.forEach((i, axis) => position = position * shape[axis] + i);
  else position = index[0];
  const value = values[position];
  return Number.isNaN(value) ? "NaN" : String(Number(value.toPrecision(7)));
}

const at = (index: number[]): string => index.length === 0 ? "" : ` at ${formatShape(index)}`;

/**
 * Checks a parameter where its values are known.
 * @throws Error that names family, parameter, value, place and constraint.
 */
export function checkParameter(
  family: string,
  parameter: string,
  tensor: Tensor,
  constraint: Constraint,
): void {
  const values = knownValues(tensor);
  const index = values && constraint.violation(values, tensor.shape);
  if (!index) return;
  throw new Error(
    `Cannot make ${family}: ${parameter} has ${describe(values!, tensor.shape, index, constraint.eventDim)}` +
      `${at(index)}, which is not in the constraint ${constraint}`,
  );
}

/**
 * Checks a value that is to be scored where it is known.
 * @throws Error that names family, value, place and support.
 */
export function checkValue(family: string, tensor: Tensor, support: Constraint): void {
  const values = knownValues(tensor);
  const index = values && support.violation(values, tensor.shape);
  if (!index) return;
  throw new Error(
    `Cannot score ${family}: value has ${describe(values!, tensor.shape, index, support.eventDim)}${
      at(index)
    }; ` +
      `expected values in the support, ${support}`,
  );
}

/**
 * Checks that a value's shape fits a distribution.
 * @throws Error that names the three shapes.
 */
export function checkValueShape(family: string, shape: Shape, batchShape: Shape, eventShape: Shape): void {
  const rank = shape.length - eventShape.length;
  const event = rank < 0 ? undefined : tryBroadcastShapes(shape.slice(rank), eventShape);
  if (event && tryBroadcastShapes(shape.slice(0, rank), batchShape)) return;
  throw new Error(
    `Cannot score ${family}: a value of shape ${formatShape(shape)} does not broadcast with batch shape ` +
      `${formatShape(batchShape)} and event shape ${formatShape(eventShape)}`,
  );
}

/**
 * Checks that a batch shape can be expanded to another.
 * @throws Error that names both.
 */
export function checkExpand(family: string, from: Shape, to: Shape): void {
  const common = tryBroadcastShapes(from, to);
  if (common && sameShape(common, to)) return;
  throw new Error(
    `Cannot expand ${family}: batch shape ${formatShape(from)} does not broadcast to ${formatShape(to)}`,
  );
}
