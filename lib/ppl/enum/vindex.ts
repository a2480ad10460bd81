import {
  asTensor,
  constantValues,
  formatShape,
  sizeOf,
  type Tensor,
  tf,
  tryBroadcastShapes,
} from "../../tensor/mod.ts";

/** An index of `vindex`: numbers, `null` for a whole axis, or "..." for all axes on the left. */
export type VectorIndex = Tensor | number | null | "...";

/**
 * Indexes a tensor by tensors that broadcast with each other and with its batch axes, as Pyro's
 * `Vindex`: right for indices of any shape, those of enumerated sites among them.
 *
 * @param tensor the table
 * @param indices one for each axis: whole numbers, or `null` for all of the axis; a leading `"..."`
 * stands for batch axes, which broadcast with the indices from the right
 * @returns the shape that the indices and the batch axes broadcast to, then the axes of `null`
 * @throws Error for another number of indices, and for shapes that do not broadcast.
 *
 * @example A row of a table for each state
 * ```ts
 * import { vindex } from "@pyrosaur/pyrosaur";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const table = tf.tensor([[1, 2], [3, 4]]);
 * const row = tf.tensor([0, 1], [2, 1], "int32"), column = tf.tensor([1, 0], [2], "int32");
 * assert.deepEqual(vindex(table, [row, column]).arraySync(), [[2, 1], [4, 3]]);
 * assert.deepEqual(vindex(table, [row, null]).shape, [2, 1, 2]);
 * ```
 */
export function vindex(tensor: Tensor, indices: readonly VectorIndex[]): Tensor {
  const { shape, rank } = tensor,
    hasBatch = indices[0] === "...",
    given = hasBatch ? indices.slice(1) : indices;
  const batch = hasBatch ? rank - given.length : 0;
  if (given.includes("...")) throw new Error(`Cannot index by vindex: "..." stands only in front`);
  if (batch < 0 || (!hasBatch && given.length !== rank)) {
    throw new Error(
      `Cannot index a tensor of shape ${formatShape(shape)} by ${given.length} indices: expected ` +
        `${rank}${hasBatch ? " at most" : ', or "..." in front'}`,
    );
  }
  const whole = given.flatMap((index, i) => index === null ? [batch + i] : []);
  const taken = given.flatMap((index, i) => index === null ? [] : [batch + i]);
  const members = Array.from({ length: batch }, (_, i) => i);
  const used = members.filter((axis) => shape[axis] !== 1);
  const parts = [
    ...used.map((axis) => ({ axis, index: ramp(shape[axis], batch - 1 - axis) })),
    ...taken.map((axis) => ({ axis, index: whole32(given[axis - batch] as Tensor | number) })),
  ];
  const common = tryBroadcastShapes(...parts.map(({ index }) => index.shape), Array(batch).fill(1));
  if (!common) {
    const shapes = parts.map(({ index }) => formatShape(index.shape));
    throw new Error(`Cannot index by vindex: the shapes ${shapes.join(" and ")} do not broadcast`);
  }
  const order = [...parts.map(({ axis }) => axis), ...members.filter((axis) => shape[axis] === 1), ...whole];
  const rest = whole.map((axis) => shape[axis]), sizes = parts.map(({ axis }) => shape[axis]);
  const table = tensor.transpose(order).reshape([sizeOf(sizes), ...rest]);
  if (parts.length === 0) return table.reshape([...common, ...rest]);
  const [only] = parts;
  if (parts.length === 1 && isRamp(only.index, sizes[0])) return table.reshape([...common, ...rest]);
  const place = parts.map(({ index }, i) => index.mul(tf.scalar(sizeOf(sizes.slice(i + 1)), "int32")))
    .reduce((a, b) => a.add(b));
  return tf.gather(table, place.cast("int32"));
}

const whole32 = (index: Tensor | number): Tensor =>
  (typeof index === "number" ? tf.scalar(index, "int32") : asTensor(index)).cast("int32");

/** Returns 0, 1, 2 ... along an axis with `right` axes on its right. */
function ramp(size: number, right: number): Tensor {
  return tf.range(0, size, 1, "int32").reshape([size, ...Array(right).fill(1)]);
}

/** Tells whether an index is known to be 0, 1, 2 ... of all `size` places: it takes the table. */
function isRamp(index: Tensor, size: number): boolean {
  if (index.size !== size) return false;
  const known = constantValues(index);
  return known?.length === size && Array.prototype.every.call(known, (place, i) => place === i);
}
