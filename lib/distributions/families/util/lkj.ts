import { constant, type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { diagonal } from "../../../tensor/linalg/mod.ts";
import { lgamma, multigammaln } from "../../../tensor/special/mod.ts";

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
  const a = concentration.add(constant((n - 1) / 2)), numerator = multigammaln(a.sub(constant(0.5)), n - 1);
  const normaliser = numerator.add(constant((n - 1) / 2 * Math.log(Math.PI))).sub(
    lgamma(a).mul(constant(n - 1)),
  );
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
  throw new Error(`Cannot make ${family}: found the size ${dim}, expected an integer from 2`);
}
