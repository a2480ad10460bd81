import { formatShape, knownValues, sameShape, sizeOf, tryBroadcastShapes } from "../tensor/mod.ts";
import type { Shape, Tensor } from "../tensor/mod.ts";
import { unravel } from "./constraints/constraint.ts";
import { type Constraint, unitInterval } from "./constraints/mod.ts";
import { valuesAt } from "./constraints/values_at.ts";

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
  const common = tryBroadcastShapes(from, to);
  if (common && sameShape(common, to)) return;
  throw new Error(
    `Cannot expand ${family}: batch shape ${formatShape(from)} does not broadcast to ${formatShape(to)}`,
  );
}
