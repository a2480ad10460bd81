import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../../tensor/mod.ts";
import { cholesky, diagEmbed, diagonal, matmul, triangularSolve, tril } from "../../../tensor/linalg/mod.ts";
import { gamma } from "../../../tensor/random/mod.ts";
import { digamma, multigammaln } from "../../../tensor/special/mod.ts";
import { checkGiven, given } from "../../checks.ts";
import { greaterThan, lowerCholesky, positiveDefinite } from "../../constraints/mod.ts";
import type { DistributionOptions, ParameterSpec } from "../../parametric.ts";
import { standardGamma } from "./standard_gamma.ts";

/** The parameters of the Wishart families. */
export interface WishartParameters {
  readonly concentration: Tensor;
  readonly scaleTril: Tensor;
  readonly eventShape: Shape;
}

/** Returns the parameters of a family, of whose scale the Cholesky factor is kept. */
export function wishartParameters(
  family: string,
  concentration: TensorLike,
  scale: TensorLike,
  options?: DistributionOptions,
): Record<keyof Omit<WishartParameters, "eventShape">, ParameterSpec> {
  const matrix = given(family, "scale", scale), n = matrix.shape.at(-1);
  if (matrix.rank < 2 || n !== matrix.shape.at(-2)) {
    throw new Error(`Cannot make ${family}: found a scale of shape [${matrix.shape}], expected [..., n, n]`);
  }
  checkGiven(family, { scale: [matrix, positiveDefinite] }, options);
  return {
    concentration: [concentration, greaterThan(n! - 1)],
    scaleTril: [cholesky(matrix), lowerCholesky],
  };
}

/** Returns the sum of the logarithms of a factor's diagonal: half of the log determinant. */
export const halfLogDet = (factor: Tensor): Tensor => diagonal(factor).log().sum(-1);

/** Returns the sum of the squares of a matrix. */
export const squares = (matrix: Tensor): Tensor => matrix.square().sum([-2, -1]);

/** Returns the logarithm of the normaliser of a density by its matrix, but for the determinant. */
export const logNormaliser = ({ concentration, eventShape: [n] }: WishartParameters): Tensor =>
  concentration.mul(constant(n / 2 * Math.LN2)).add(multigammaln(concentration.mul(constant(0.5)), n));

/** The concentrations of the gamma variates that are half the squared diagonal of the factor. */
function diagonalConcentrations(concentration: Tensor, n: number): Tensor {
  const order = tf.tensor1d(Array.from({ length: n }, (_, i) => i / 2));
  return concentration.mul(constant(0.5)).expandDims(-1).sub(order);
}

/**
 * Returns what the mean log determinant of a Wishart matrix is made of: that for scale 1, and half
 * that of the scale.
 */
export function logDets(
  { concentration, scaleTril, eventShape: [n] }: WishartParameters,
): { sum: Tensor; root: Tensor } {
  const a = diagonalConcentrations(concentration, n);
  return { sum: digamma(a).sum(-1).add(constant(n * Math.LN2)), root: halfLogDet(scaleTril) };
}

/**
 * Returns the log density of Bartlett's factor of a matrix with scale 1, by gamma densities of half
 * its squared diagonal, which do not cancel for large concentrations; and the logarithms of these.
 */
export function bartlettDensity(
  factor: Tensor,
  { concentration, eventShape: [n] }: WishartParameters,
): { density: Tensor; logs: Tensor } {
  const x = diagonal(factor).square().mul(constant(0.5));
  const lengths = standardGamma(x, diagonalConcentrations(concentration, n)).sum(-1);
  const below = squares(tril(factor, -1)).mul(constant(0.5));
  return { density: lengths.sub(below).sub(constant(n * (n - 1) / 4 * Math.log(Math.PI))), logs: x.log() };
}

/** Weighs numbers along the last axis, each by a function of its place, and sums them. */
export function weighed(x: Tensor, weight: (i: number) => number): Tensor {
  return x.mul(tf.tensor1d(Array.from({ length: x.shape[x.rank - 1] }, (_, i) => weight(i)))).sum(-1);
}

/** Returns the log density of a Wishart matrix by its Cholesky factor. */
export function wishartLogDensity(factor: Tensor, d: WishartParameters): Tensor {
  const [n] = d.eventShape, { density, logs } = bartlettDensity(triangularSolve(d.scaleTril, factor), d);
  return density.add(weighed(logs, (i) => (i + 1 - n) / 2)).sub(constant(n * (n + 1) / 2 * Math.LN2))
    .sub(halfLogDet(d.scaleTril).mul(constant(n + 1)));
}

/** Draws the factor of a Wishart matrix with scale 1 (Bartlett, 1933). */
export function bartlett(
  key: Key,
  shape: Shape,
  { concentration, eventShape: [n] }: WishartParameters,
): Tensor {
  const [diagonalKey, belowKey] = key.split(2);
  const a = diagonalConcentrations(concentration, n);
  const lengths = gamma(diagonalKey, a, shape.slice(0, -1)).mul(constant(2)).sqrt();
  return tril(belowKey.draw("normal", shape), -1).add(diagEmbed(lengths));
}

/** Returns the scale from its factor. */
export const scaleOf = ({ scaleTril }: WishartParameters): Tensor =>
  matmul(scaleTril, scaleTril, false, true);
/** Returns the products of the diagonal entries of a matrix by row and column. */
export function diagonalProducts(matrix: Tensor): Tensor {
  const entries = diagonal(matrix);
  return entries.expandDims(-1).mul(entries.expandDims(-2));
}
/** Appends two axes to a parameter, so that it goes with matrices. */
export const ofMatrices = (x: Tensor): Tensor => x.expandDims(-1).expandDims(-1);
