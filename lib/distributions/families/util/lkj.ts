import { shown } from "../../../system/mod.ts";
import { constant, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { diagonal } from "../../../tensor/linalg/mod.ts";
import { betaln, lgamma } from "../../../tensor/special/mod.ts";

/** The parameters of the LKJ families. */
export interface LkjParameters {
  readonly concentration: Tensor;
  readonly eventShape: Shape;
}

/** Returns the log density of a correlation matrix by the diagonal of its factor. */
export function logDensityByFactor(
  factor: Tensor,
  { concentration, eventShape: [n] }: LkjParameters,
): Tensor {
  const powers = concentration.sub(constant(1)).mul(constant(2));
  const a = concentration.add(constant((n - 1) / 2));
  let normaliser = constant(n * (n - 1) / 4 * Math.log(Math.PI));
  for (let k = 1; k < n; k++) {
    // As differences of lgammas, these would cancel where the concentration is large.
    const half = constant(k / 2);
    normaliser = normaliser.add(betaln(a.sub(half), half)).sub(lgamma(half));
  }
  return lowerLogs(factor).sum(-1).mul(powers).sub(normaliser);
}

/** Returns the logarithms of the diagonal of a factor of a correlation matrix, whose first is 0. */
export function lowerLogs(factor: Tensor): Tensor {
  const entries = diagonal(factor), n = entries.shape[entries.rank - 1];
  const isFirst = tf.tensor1d(Array.from({ length: n }, (_, i) => Number(i === 0))).greater(constant(0));
  return tf.where(isFirst, constant(0), entries.log());
}

/** Throws unless a size is one of a correlation matrix. */
export function checkSize(family: string, dim: number): void {
  if (Number.isInteger(dim) && dim >= 2) return;
  throw new Error(`Cannot make ${family}: found the size ${shown(dim)}, expected an integer from 2`);
}
