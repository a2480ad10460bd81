import { stopGradient } from "../../compile/mod.ts";
import { constant, special, type Tensor, tf } from "../../tensor/mod.ts";

/** An axis of a table: that of an enumerated site, or of a plate. Each is one object. */
export interface Axis {
  /** The name of the site or the plate. */
  readonly name: string;
  /** The number of values, or of members. */
  readonly size: number;
  /** Its place: tables have their axes in this order. */
  readonly dim: number;
}

/** A tensor whose axes have names. */
export interface Named {
  /** The numbers. */
  readonly tensor: Tensor;
  /** The axes, from left to right. */
  readonly axes: readonly Axis[];
}

/** Returns all axes of some tables, each once, in order. */
export function unionOf(tables: readonly Pick<Named, "axes">[]): Axis[] {
  return [...new Set(tables.flatMap(({ axes }) => axes))].sort((a, b) => a.dim - b.dim);
}

/** Returns a table's tensor with these axes, of length 1 where the table lacks them. */
export function aligned({ tensor, axes }: Named, to: readonly Axis[]): Tensor {
  const own = to.filter((axis) => axes.includes(axis));
  const perm = own.map((axis) => axes.indexOf(axis));
  const ordered = perm.every((from, i) => from === i) ? tensor : tensor.transpose(perm);
  return ordered.reshape(to.map((axis) => axes.includes(axis) ? axis.size : 1));
}

/** Returns a table's tensor with an axis, such as the steps of a loop, as its first. */
export function timeFirst(table: Named, time: Axis): Tensor {
  return aligned(table, [time, ...table.axes.filter((axis) => axis !== time)]);
}

/** Adds tables, small ones first. */
export function sumOf(tables: readonly Named[]): Named {
  const [first, ...rest] = [...tables].sort((a, b) => a.axes.length - b.axes.length);
  return rest.reduce((a, b) => {
    const axes = unionOf([a, b]);
    return { tensor: aligned(a, axes).add(aligned(b, axes)), axes };
  }, first);
}

/** Reduces an axis away. */
export function without({ tensor, axes }: Named, axis: Axis, by: Reduction): Named {
  return { tensor: by(tensor, axes.indexOf(axis)), axes: axes.filter((other) => other !== axis) };
}

const LOWEST = -1e30;

/**
 * Takes the largest number over some axes out of a table of log densities. What is left is small
 * where it counts, so that differences keep their digits in float32, however long the data.
 */
export function withoutPeak(
  { tensor, axes }: Named,
  isTaken: (axis: Axis) => boolean,
): { readonly rest: Named; readonly peak: Named } {
  const taken = axes.flatMap((axis, i) => isTaken(axis) ? [i] : []),
    kept = axes.filter((axis) => !isTaken(axis));
  const largest = stopGradient(tensor).max(taken, true);
  // Where all is impossible: a number that leaves -Infinity as it is.
  const peak = largest.maximum(constant(LOWEST));
  return {
    rest: { tensor: tensor.sub(peak), axes },
    peak: { tensor: peak.reshape(kept.map(({ size }) => size)), axes: kept },
  };
}

/** A function that reduces one axis of a tensor away. */
export type Reduction = (tensor: Tensor, axis: number) => Tensor;

/** The sum of probabilities, by their logarithms. */
export const logSum: Reduction = (tensor, axis) => special.logsumexp(tensor, axis);
/** The largest of probabilities, by their logarithms. */
export const logMax: Reduction = (tensor, axis) => tensor.max(axis);

/** Returns the entries of a table where an axis has the index that another table says. */
export function at(table: Named, axis: Axis, index: Named): Named {
  if (!table.axes.includes(axis)) return table;
  const axes = unionOf([table, index]);
  const places = tf.range(0, axis.size, 1, "int32");
  const isThere = aligned(index, axes).equal(aligned({ tensor: places, axes: [axis] }, axes));
  // Not a product: what is impossible elsewhere is -Infinity.
  const chosen = tf.where(isThere, aligned(table, axes), constant(0));
  return { tensor: chosen.sum(axes.indexOf(axis)), axes: axes.filter((other) => other !== axis) };
}
