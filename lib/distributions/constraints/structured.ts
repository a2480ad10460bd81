import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { diagonal, transposeMatrix, triu } from "../../tensor/linalg/mod.ts";
import type { Constraint } from "./constraint.ts";
import { type OnTensors, Structured } from "./structured_base.ts";

const every = (values: ArrayLike<number>, test: (x: number, i: number) => boolean): boolean =>
  Array.prototype.every.call(values, test);
const sum = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (a: any, b: any) => a + b, 0) as number;

function isLowerTriangular(m: ArrayLike<number>, n: number): boolean {
  return every(m, (x, i) => !Number.isNaN(x) && (i % n <= Math.floor(i / n) || x === 0));
}
function isLowerCholesky(m: ArrayLike<number>, n: number): boolean {
  return isLowerTriangular(m, n) && every(m, (x, i) => i % (n + 1) !== 0 || x > 0);
}
function hasUnitRows(m: ArrayLike<number>, n: number): boolean {
  return Array.from({ length: n }, (_, row) => Array.prototype.slice.call(m, row * n, (row + 1) * n))
    .every((row) => Math.abs(sum(row.map((x) => x * x)) - 1) < 1e-4);
}

/** Tells whether a symmetric matrix has a Cholesky factor. */
function isPositiveDefinite(m: ArrayLike<number>, n: number): boolean {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let s = m[i * n + j];
      for (let k = 0; k < j; k++) s -= l[i * n + k] * l[j * n + k];
      if (i === j && !(s > 0)) return false;
      l[i * n + j] = i === j ? Math.sqrt(s) : s / l[j * n + j];
    }
  }
  return true;
}

/** Sums and symmetry in float32 are exact to about this much. */
const tolerance = 1e-5;

function isSymmetric(m: ArrayLike<number>, n: number): boolean {
  const mirrored = (i: number): number => m[(i % n) * n + Math.floor(i / n)];
  return every(m, (x, i) => Math.abs(x - mirrored(i)) <= tolerance * (1 + Math.abs(x)));
}

function vector(
  name: string,
  holds: (v: ArrayLike<number>) => boolean,
  onTensors: OnTensors,
  isDiscrete = false,
): Constraint {
  return new Structured(name, 1, holds, onTensors, isDiscrete);
}
function matrix(
  name: string,
  holds: (m: ArrayLike<number>, n: number) => boolean,
  onTensors: OnTensors,
): Constraint {
  return new Structured(name, 2, (m, [rows, n]) => rows === n && holds(m, n), onTensors);
}

const anyOf = (x: Tensor, axes: number) => x.any(Array.from({ length: axes }, (_, i) => x.rank - axes + i));
const differs = (x: Tensor, from: Tensor, by: number) => x.sub(from).abs().greater(constant(by));
const totalIsNotOne = (x: Tensor, by: number) => differs(x.sum(-1), constant(1), by);
const isNegative = (x: Tensor) => x.less(constant(0));
const isNoDigit = (x: Tensor) => x.mul(x.sub(constant(1))).abs().greater(constant(0));
const hasUpper = (x: Tensor) => anyOf(differs(triu(x, 1), constant(0), 0), 2);
const hasBadDiagonal = (x: Tensor) => anyOf(diagonal(x).lessEqual(constant(0)), 1);
const isNoCholesky = (x: Tensor) => hasUpper(x).logicalOr(hasBadDiagonal(x));
const isAsymmetric = (x: Tensor) =>
  anyOf(x.sub(transposeMatrix(x)).abs().greater(x.abs().add(constant(1)).mul(constant(tolerance))), 2);
const identity = (n: number): Tensor => tf.eye(n);

function decreases(x: Tensor, isStrict = true): Tensor {
  const n = x.shape[x.rank - 1], start = x.shape.map(() => 0), size = [...x.shape.slice(0, -1), n - 1];
  const next = x.slice(start.with(-1, 1), size);
  const before = x.slice(start, size);
  return anyOf(isStrict ? next.lessEqual(before) : next.less(before), 1);
}

/** Vectors of real numbers. */
export const realVector: Constraint = vector("realVector", (v) => every(v, (x) => !Number.isNaN(x)), {});
/** Vectors of numbers x >= 0 that sum to 1. */
export const simplex: Constraint = vector(
  "simplex",
  (v) => every(v, (x) => x >= 0) && Math.abs(sum(v) - 1) < tolerance,
  {
    outside: (x) => anyOf(isNegative(x), 1).logicalOr(totalIsNotOne(x, tolerance)),
    interior: {
      holds: (v) => every(v, (x) => x > 0) && Math.abs(sum(v) - 1) < tolerance,
      outside: (x) => anyOf(x.lessEqual(constant(0)), 1).logicalOr(totalIsNotOne(x, tolerance)),
    },
    feasible: (n) => constant(1 / n),
  },
);
/** Vectors whose entries increase. */
export const orderedVector: Constraint = vector(
  "orderedVector",
  (v) => every(v, (x, i) => !Number.isNaN(x) && (i === 0 || x > v[i - 1])),
  { outside: decreases, feasible: (n) => tf.range(0, n, 1, "float32") },
);
/** Vectors with one 1 and zeros. */
export const oneHot: Constraint = vector(
  "oneHot",
  (v) => every(v, (x) => x === 0 || x === 1) && sum(v) === 1,
  {
    outside: (x) => anyOf(isNoDigit(x), 1).logicalOr(totalIsNotOne(x, 0.5)),
    feasible: (n) => tf.range(0, n, 1, "float32").equal(constant(0)).cast("float32"),
  },
  true,
);
/** Lower triangular matrices. */
export const lowerTriangular: Constraint = matrix(
  "lowerTriangular",
  isLowerTriangular,
  { outside: hasUpper, feasible: identity },
);
const factors = (name: string): Constraint =>
  matrix(name, isLowerCholesky, { outside: isNoCholesky, feasible: identity });
/** Lower triangular matrices with a positive diagonal: the Cholesky factors. */
export const lowerCholesky: Constraint = factors("lowerCholesky");
/** Lower Cholesky factors that are made from free numbers by softplus in place of exp. */
export const softplusLowerCholesky: Constraint = factors("softplusLowerCholesky");
/** Lower triangular matrices with ones on the diagonal. */
export const unitLowerCholesky: Constraint = matrix(
  "unitLowerCholesky",
  (m, n) => isLowerTriangular(m, n) && every(m, (x, i) => i % (n + 1) !== 0 || Math.abs(x - 1) < tolerance),
  {
    outside: (x) => hasUpper(x).logicalOr(anyOf(differs(diagonal(x), constant(1), tolerance), 1)),
    feasible: identity,
  },
);
/** Cholesky factors of correlation matrices: lower Cholesky factors with rows of length 1. */
export const corrCholesky: Constraint = matrix(
  "corrCholesky",
  (m, n) => isLowerCholesky(m, n) && hasUnitRows(m, n),
  {
    outside: (x) => isNoCholesky(x).logicalOr(anyOf(totalIsNotOne(x.square(), 1e-4), 1)),
    feasible: identity,
  },
);
/** Symmetric matrices. */
export const symmetric: Constraint = matrix(
  "symmetric",
  isSymmetric,
  { outside: isAsymmetric, feasible: identity },
);
/** Symmetric positive definite matrices. */
export const positiveDefinite: Constraint = matrix(
  "positiveDefinite",
  (m, n) => isSymmetric(m, n) && isPositiveDefinite(m, n),
  {
    // A symmetric matrix that is indefinite otherwise has no Cholesky factor, which says so itself.
    outside: (x) => isAsymmetric(x).logicalOr(hasBadDiagonal(x)),
    feasible: identity,
  },
);
/** Symmetric matrices without negative eigenvalues, to the digits of float32. */
export const positiveSemidefinite: Constraint = matrix(
  "positiveSemidefinite",
  (m, n) => {
    const size = Math.max(1, ...Array.from(m, Math.abs));
    const raised = Float64Array.from(m, (x, i) => i % (n + 1) === 0 ? x + 1e-6 * n * size : x);
    return isSymmetric(m, n) && isPositiveDefinite(raised, n);
  },
  { outside: (x) => isAsymmetric(x).logicalOr(anyOf(isNegative(diagonal(x)), 1)), feasible: identity },
);
/** Matrices with as many rows as columns. */
export const square: Constraint = matrix("square", (m) => every(m, (x) => !Number.isNaN(x)), {
  feasible: () => constant(0),
});
/** Vectors of positive numbers that increase. */
export const positiveOrderedVector: Constraint = vector(
  "positiveOrderedVector",
  (v) => every(v, (x, i) => !Number.isNaN(x) && x > (i === 0 ? 0 : v[i - 1])),
  {
    outside: (x) => decreases(x).logicalOr(anyOf(x.lessEqual(constant(0)), 1)),
    feasible: (n) => tf.range(1, n + 1, 1, "float32"),
  },
);
/** Vectors of numbers x >= 0 that do not decrease and sum to 1. */
export const orderedSimplex: Constraint = vector(
  "orderedSimplex",
  (v) => every(v, (x, i) => x >= (i === 0 ? 0 : v[i - 1])) && Math.abs(sum(v) - 1) < tolerance,
  {
    outside: (x) =>
      decreases(x, false).logicalOr(anyOf(isNegative(x), 1)).logicalOr(totalIsNotOne(x, tolerance)),
    feasible: (n) => constant(1 / n),
  },
);
/** Vectors of numbers whose sizes sum to 1 or less. */
export const l1Ball: Constraint = vector(
  "l1Ball",
  (v) => sum(Array.from(v, Math.abs)) <= 1 + tolerance,
  {
    outside: (x) => x.abs().sum(-1).lessEqual(constant(1 + tolerance)).logicalNot(),
    feasible: () => constant(0),
  },
);
/** Vectors of length 1. */
export const sphere: Constraint = vector(
  "sphere",
  (v) => Math.abs(sum(Array.from(v, (x) => x * x)) - 1) < 1e-4,
  {
    outside: (x) => totalIsNotOne(x.square(), 1e-4),
    feasible: (n) => tf.range(0, n, 1, "float32").equal(constant(0)).cast("float32"),
  },
);
/** Symmetric positive definite matrices with ones on the diagonal. */
export const corrMatrix: Constraint = matrix(
  "corrMatrix",
  (m, n) =>
    isSymmetric(m, n) && isPositiveDefinite(m, n) &&
    every(m, (x, i) => i % (n + 1) !== 0 || Math.abs(x - 1) < tolerance),
  {
    outside: (x) => isAsymmetric(x).logicalOr(anyOf(differs(diagonal(x), constant(1), tolerance), 1)),
    feasible: identity,
  },
);
