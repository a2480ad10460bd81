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

function vector(name: string, holds: (v: ArrayLike<number>) => boolean, isDiscrete = false): Constraint {
  return new Structured(name, 1, holds, isDiscrete);
}
function matrix(name: string, holds: (m: ArrayLike<number>, n: number) => boolean): Constraint {
  return new Structured(name, 2, (m, [rows, n]) => rows === n && holds(m, n));
}

/** Vectors of real numbers. */
export const realVector: Constraint = vector("realVector", (v) => every(v, (x) => !Number.isNaN(x)));
/** Vectors of numbers x >= 0 that sum to 1. */
export const simplex: Constraint = vector(
  "simplex",
  (v) => every(v, (x) => x >= 0) && Math.abs(sum(v) - 1) < tolerance,
);
/** Vectors whose entries increase. */
export const orderedVector: Constraint = vector(
  "orderedVector",
  (v) => every(v, (x, i) => !Number.isNaN(x) && (i === 0 || x > v[i - 1])),
);
/** Vectors with one 1 and zeros. */
export const oneHot: Constraint = vector(
  "oneHot",
  (v) => every(v, (x) => x === 0 || x === 1) && sum(v) === 1,
  true,
);
/** Lower triangular matrices. */
export const lowerTriangular: Constraint = matrix("lowerTriangular", isLowerTriangular);
/** Lower triangular matrices with a positive diagonal: the Cholesky factors. */
export const lowerCholesky: Constraint = matrix("lowerCholesky", isLowerCholesky);
/** Cholesky factors of correlation matrices: lower Cholesky factors with rows of length 1. */
export const corrCholesky: Constraint = matrix(
  "corrCholesky",
  (m, n) => isLowerCholesky(m, n) && hasUnitRows(m, n),
);
/** Symmetric matrices. */
export const symmetric: Constraint = matrix("symmetric", isSymmetric);
/** Symmetric positive definite matrices. */
export const positiveDefinite: Constraint = matrix(
  "positiveDefinite",
  (m, n) => isSymmetric(m, n) && isPositiveDefinite(m, n),
);
