import { type Tensor, tf } from "../../tensor/mod.ts";

/** Joins tensors along an axis; one alone stays as it is, without an operation. */
export function joined(parts: readonly Tensor[], axis: number): Tensor {
  return parts.length === 1 ? parts[0] : tf.concat([...parts], axis);
}

/** Cuts a tensor into parts of given lengths along an axis; for one part it stays as it is. */
export function cutInto(whole: Tensor, lengths: readonly number[], axis: number): Tensor[] {
  return lengths.length === 1 ? [whole] : tf.split(whole, [...lengths], axis);
}
