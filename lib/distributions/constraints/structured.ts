import type { Shape } from "../../tensor/mod.ts";
import { Constraint, firstBlock } from "./constraint.ts";

type Holds = (block: ArrayLike<number>, eventShape: Shape) => boolean;

class Structured extends Constraint {
  constructor(
    readonly name: string,
    override readonly eventDim: number,
    private readonly holds: Holds,
    override readonly isDiscrete: boolean = false,
  ) {
    super();
  }

  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    return firstBlock(values, shape, this.eventDim, this.holds);
  }
}

const every = (values: ArrayLike<number>, test: (x: number, i: number) => boolean): boolean =>
  Array.prototype.every.call(values, test);
const sum = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (a: any, b: any) => a + b, 0) as number;

/** Row and column of a square matrix's entry, lower triangle and diagonal told apart. */
function isLowerTriangular(m: ArrayLike<number>, n: number): boolean {
  return every(m, (x, i) => !Number.isNaN(x) && (i % n <= Math.floor(i / n) || x === 0));
}
function hasPositiveDiagonal(m: ArrayLike<number>, n: number): boolean {
  return every(m, (x, i) => i % (n + 1) !== 0 || x > 0);
}

/** Whether the Cholesky factorisation of a symmetric matrix goes through. */
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
  return every(
    m,
    (x, i) => Math.abs(x - m[(i % n) * n + Math.floor(i / n)]) <= tolerance * (1 + Math.abs(x)),
  );
}

/** Vectors of real numbers. */
export const realVector: Constraint = new Structured(
  "realVector",
  1,
  (v) => every(v, (x) => !Number.isNaN(x)),
);
/** Vectors of numbers x >= 0 that sum to 1. */
export const simplex: Constraint = new Structured(
  "simplex",
  1,
  (v) => every(v, (x) => x >= 0) && Math.abs(sum(v) - 1) < tolerance,
);
/** Vectors whose entries increase. */
export const orderedVector: Constraint = new Structured(
  "orderedVector",
  1,
  (v) => every(v, (x, i) => !Number.isNaN(x) && (i === 0 || x > v[i - 1])),
);
/** Vectors with one 1 and zeros. */
export const oneHot: Constraint = new Structured(
  "oneHot",
  1,
  (v) => every(v, (x) => x === 0 || x === 1) && sum(v) === 1,
  true,
);
/** Lower triangular matrices. */
export const lowerTriangular: Constraint = new Structured(
  "lowerTriangular",
  2,
  (m, [rows, n]) => rows === n && isLowerTriangular(m, n),
);
/** Lower triangular matrices with a positive diagonal: the Cholesky factors. */
export const lowerCholesky: Constraint = new Structured(
  "lowerCholesky",
  2,
  (m, [rows, n]) => rows === n && isLowerTriangular(m, n) && hasPositiveDiagonal(m, n),
);
/** Cholesky factors of correlation matrices: lower Cholesky factors with rows of length 1. */
export const corrCholesky: Constraint = new Structured(
  "corrCholesky",
  2,
  (m, [rows, n]) =>
    rows === n && isLowerTriangular(m, n) && hasPositiveDiagonal(m, n) &&
    Array.from({ length: n }, (_, i) => i).every((i) => {
      let norm = 0;
      for (let j = 0; j < n; j++) norm += m[i * n + j] ** 2;
      return Math.abs(norm - 1) < 1e-4;
    }),
);
/** Symmetric matrices. */
export const symmetric: Constraint = new Structured(
  "symmetric",
  2,
  (m, [rows, n]) => rows === n && isSymmetric(m, n),
);
/** Symmetric positive definite matrices. */
export const positiveDefinite: Constraint = new Structured(
  "positiveDefinite",
  2,
  (m, [rows, n]) => rows === n && isSymmetric(m, n) && isPositiveDefinite(m, n),
);
