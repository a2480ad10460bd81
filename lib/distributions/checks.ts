import { shown } from "../system/mod.ts";
import {
  asTensor,
  describeNode,
  formatShape,
  Key,
  knownValues,
  sameShape,
  type Shape,
  sizeOf,
} from "../tensor/mod.ts";
import { type Tensor, type TensorLike, tryBroadcastShapes } from "../tensor/mod.ts";
import { unravel } from "./constraints/constraint.ts";
import { Constraint, unitInterval } from "./constraints/mod.ts";
import { valuesAt } from "./constraints/values_at.ts";
import { asFloat } from "./shapes.ts";
import { isValidationEnabled } from "./validation.ts";

/** A violating element as it is printed: a number, or "a vector" or "a matrix". */
function describe(values: ArrayLike<number>, shape: Shape, index: number[], eventDim: number): string {
  if (eventDim > 0) return `a ${eventDim === 1 ? "vector" : "matrix"}`;
  // An index that does not fit the shape is counted through the values.
  const fits = index.length === shape.length;
  const value = values[fits ? index.reduce((position, i, axis) => position * shape[axis] + i, 0) : index[0]];
  return Number.isNaN(value) ? "NaN" : String(Number(value.toPrecision(7)));
}

const place = (index: number[]): string => index.length === 0 ? "" : ` at ${formatShape(index)}`;

/** Throws where known values leave a constraint, naming value and place between two texts. */
function checkKnown(before: string, tensor: Tensor, constraint: Constraint, after: string): void {
  const values = knownValues(tensor), index = values && constraint.violation(values, tensor.shape);
  if (!index) return;
  const found = describe(values!, tensor.shape, index, constraint.eventDim);
  throw new Error(`${before} has ${found}${place(index)}${after}`);
}

/** Throws where known values of a parameter break its constraint. */
export function checkParameter(family: string, name: string, tensor: Tensor, constraint: Constraint): void {
  const after = `, which is not in the constraint ${constraint}`;
  checkKnown(`Cannot make ${family}: ${name}`, tensor, constraint, after);
}

/**
 * Checks parameters that a family computes its own from, each by its constraint: where the option
 * `validate` says so, or else validation is on.
 */
export function checkGiven(
  family: string,
  given: Readonly<Record<string, readonly [Tensor, Constraint]>>,
  options?: { readonly validate?: boolean },
): void {
  if (!(options?.validate ?? isValidationEnabled())) return;
  for (const [name, [tensor, constraint]] of Object.entries(given)) {
    checkParameter(family, name, tensor, constraint);
  }
}

const inSupport = (support: Constraint): string => `; expected values in the support, ${support}`;

/** Throws where known values that are to be scored leave the support. */
export function checkValue(family: string, tensor: Tensor, support: Constraint): void {
  checkKnown(`Cannot score ${family}: value`, tensor, support, inSupport(support));
}

/** As `checkValue` where a known mask, which broadcasts with the batch, is true. */
export function checkUnmasked(family: string, tensor: Tensor, mask: Tensor, support: Constraint): void {
  const values = knownValues(tensor), batch = tensor.shape.slice(0, tensor.rank - support.eventDim);
  const shown = valuesAt(mask, batch), width = sizeOf(tensor.shape.slice(batch.length));
  if (!values || shown === undefined || mask.rank > batch.length || !support.isFixed) return;
  if (values.length !== sizeOf(tensor.shape)) return;
  const kept = Array.from({ length: sizeOf(batch) }, (_, i) => i).filter((i) =>
    typeof shown === "number" ? shown : shown(i)
  );
  const rows = kept.flatMap((i) => Array.prototype.slice.call(values, i * width, (i + 1) * width));
  const index = support.violation(rows, [kept.length, ...tensor.shape.slice(batch.length)]);
  if (!index) return;
  const at = unravel(kept[index[0]], batch, sizeOf(batch));
  const found = describe(values, tensor.shape, at, support.eventDim);
  throw new Error(`Cannot score ${family}: value has ${found}${place(at)}${inSupport(support)}`);
}

/** Throws where known arguments of a quantile function are no probabilities. */
export function checkProbability(family: string, tensor: Tensor): void {
  const before = `Cannot take quantiles of ${family}: probability`;
  checkKnown(before, tensor, unitInterval, "; expected numbers from 0 to 1");
}

/** Throws where a value does not fit a distribution; `act` says what for, as in "score Normal". */
export function checkValueShape(act: string, shape: Shape, batchShape: Shape, eventShape: Shape): void {
  const rank = shape.length - eventShape.length;
  const event = rank < 0 ? undefined : tryBroadcastShapes(shape.slice(rank), eventShape);
  if (event && tryBroadcastShapes(shape.slice(0, rank), batchShape)) return;
  throw new Error(
    `Cannot ${act}: a value of shape ${formatShape(shape)} does not broadcast with batch shape ` +
      `${formatShape(batchShape)} and event shape ${formatShape(eventShape)}`,
  );
}

/** Throws where a batch shape cannot be expanded to another. */
export function checkExpand(family: string, from: Shape, to: Shape): void {
  checkShape(`expand ${family}`, to, "a shape, such as [4]");
  const common = tryBroadcastShapes(from, to);
  if (common && sameShape(common, to)) return;
  throw new Error(
    `Cannot expand ${family}: batch shape ${formatShape(from)} does not broadcast to ${formatShape(to)}`,
  );
}

/** Throws where draws are asked for without a key, or by a number in the place of a shape. */
export function checkDraw(family: string, key: unknown, sampleShape: unknown): void {
  if (!(key instanceof Key)) {
    throw new Error(`Cannot draw from ${family}: found ${describeNode(key)}, expected a key, such as key(0)`);
  }
  checkShape(`draw from ${family}`, sampleShape, "a shape, such as [1000]");
}

/** Throws unless a shape is a list of whole numbers from 0; `act` says what for. */
export function checkShape(act: string, shape: unknown, expected: string): asserts shape is Shape {
  const isList = Array.isArray(shape);
  if (isList && shape.every((n) => Number.isInteger(n) && n >= 0)) return;
  throw new Error(
    `Cannot ${act}: found ${isList ? shown(shape) : describeNode(shape)}, expected ${expected}`,
  );
}

/** Throws unless a number of steps is a positive integer. */
export function checkSteps(family: string, count: unknown): void {
  if (Number.isInteger(count) && count as number > 0) return;
  throw new Error(`Cannot make ${family}: found ${shown(count)} steps, expected a positive integer`);
}

/** Throws where a set of values is no constraint, or has more axes than a value. */
export function checkSupport(family: string, support: unknown, eventShape: Shape): void {
  const act = `make ${family}`;
  if (!(support instanceof Constraint)) {
    const found = describeNode(support);
    throw new Error(`Cannot ${act}: found ${found}, expected a constraint, as constraints.real`);
  }
  checkShape(act, eventShape, "an event shape, such as [2]");
  if (support.eventDim <= eventShape.length) return;
  const axes = `the constraint ${support} is one of ${support.eventDim} axes`;
  throw new Error(`Cannot ${act}: ${axes}, found the event shape [${eventShape}]`);
}

/** Returns a parameter as a tensor of any shape. @throws Error where there is none. */
export function given(family: string, name: string, value: TensorLike): Tensor {
  if (value !== undefined) return asTensor(value);
  throw new Error(`Cannot make ${family}: ${name} is undefined, expected a tensor or numbers`);
}

/**
 * Returns the numbers of a parameter.
 * @throws Error where there are none, and where they lack axes of an event.
 */
export function readParameter(
  family: string,
  name: string,
  value: TensorLike,
  { eventDim }: Constraint,
): Tensor {
  const tensor = asFloat(given(family, name, value)), { shape } = tensor;
  if (shape.length >= eventDim) return tensor;
  throw new Error(
    `Cannot make ${family}: ${name} has shape ${formatShape(shape)}, expected at least ${eventDim} ` +
      (eventDim === 1 ? "axis" : "axes"),
  );
}
