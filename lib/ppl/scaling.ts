import { constant, type Tensor, tf } from "../tensor/mod.ts";

/** Multiplies two scales; 1 costs nothing. */
export function timesScale(a: number | Tensor, b: number | Tensor): number | Tensor {
  if (a === 1) return b;
  if (b === 1) return a;
  if (typeof a === "number" && typeof b === "number") return a * b;
  return asScale(a).mul(asScale(b));
}

/** Returns a scale as a tensor, with all the digits it has. */
export function asScale(scale: number | Tensor): Tensor {
  return typeof scale === "number" ? constant(scale) : scale;
}

/** Divides two scales. */
export function overScale(a: number | Tensor, b: number | Tensor): number | Tensor {
  if (typeof a === "number" && typeof b === "number") return a / b;
  return asScale(a).div(asScale(b));
}

/** Combines two masks: true where both are; true costs nothing. */
export function andMask(a: boolean | Tensor, b: boolean | Tensor): boolean | Tensor {
  if (a === true) return b;
  if (b === true) return a;
  if (a === false || b === false) return false;
  return tf.logicalAnd(a.cast("bool"), b.cast("bool"));
}
