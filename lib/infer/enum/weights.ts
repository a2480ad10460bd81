import { asTensor, constant, constantValues, sameShape, type Tensor, tf } from "../../tensor/mod.ts";
import { aligned, type Named, unionOf } from "./named.ts";

/** A weight for each member of plates. */
export interface WeightTable extends Named {
  /** The tensor as the site has it: the same for sites that the same handlers weigh. */
  readonly given: Tensor;
}

/** The factor of log densities of a site: of its plates that subsample, and of `scale`. */
export type Weight = number | WeightTable;

/** Tells whether two weights are known to be the same. */
export function sameWeight(a: Weight, b: Weight): boolean {
  if (a === b) return true;
  if (typeof a === "number" || typeof b === "number") return false;
  if (a.given === b.given) return true;
  if (!sameShape(a.given.shape, b.given.shape)) return false;
  const x = constantValues(a.given), y = constantValues(b.given);
  return x !== undefined && y !== undefined && Array.prototype.every.call(x, (value, i) => value === y[i]);
}

/** Multiplies log densities by a weight; those of impossible values count 0 where that is 0. */
export function weighed(density: Named, weight: Weight): Named {
  if (weight === 1) return density;
  const { tensor } = density;
  if (typeof weight === "number") {
    return { ...density, tensor: weight === 0 ? tf.zerosLike(tensor) : tensor.mul(constant(weight)) };
  }
  const axes = unionOf([density, weight]), known = constantValues(weight.given);
  const factor = aligned(weight, axes), whole = aligned(density, axes);
  if (known && !Array.prototype.includes.call(known, 0)) return { tensor: whole.mul(factor), axes };
  return { tensor: tf.where(factor.equal(constant(0)), constant(0), whole).mul(factor), axes };
}

/** Multiplies two weights. */
export function timesWeight(a: Weight, b: Weight): Weight {
  if (a === 1) return b;
  if (b === 1) return a;
  if (typeof a === "number" && typeof b === "number") return a * b;
  return combined(a, b, (x, y) => x.mul(y));
}

/** Divides a weight by another. */
export function overWeight(a: Weight, b: Weight): Weight {
  return typeof a === "number" && typeof b === "number" ? a / b : combined(a, b, (x, y) => x.div(y));
}

function combined(a: Weight, b: Weight, by: (a: Tensor, b: Tensor) => Tensor): Weight {
  const [x, y] = [a, b].map((w): Named => typeof w === "number" ? { tensor: asTensor(w), axes: [] } : w);
  const axes = unionOf([x, y]), tensor = by(aligned(x, axes), aligned(y, axes));
  return { tensor, axes, given: tensor };
}

/** Writes a weight for messages. */
export const describeWeight = (weight: Weight): string =>
  typeof weight === "number" ? String(weight) : "a tensor";
