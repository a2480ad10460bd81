import { knownValues, sameShape, type Tensor } from "../../../tensor/mod.ts";

/** Tells whether two tensors are the same, or are known to have the same shape and values. */
export function equalValues(a: Tensor, b: Tensor): boolean {
  if (a === b) return true;
  if (!sameShape(a.shape, b.shape)) return false;
  const left = knownValues(a), right = knownValues(b);
  if (!left || !right || left.length !== right.length) return false;
  return Array.prototype.every.call(left, (value, i) => value === right[i]);
}
