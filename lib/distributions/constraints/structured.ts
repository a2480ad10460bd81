import { constant, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { diagonal, transposeMatrix, triu } from "../../tensor/linalg/mod.ts";
import { Constraint, firstBlock } from "./constraint.ts";

type Holds = (block: ArrayLike<number>, eventShape: Shape) => boolean;

/** The same test on tensors, and an element that passes it. */
interface OnTensors {
  readonly outside?: (value: Tensor) => Tensor;
  /** The tests that elements on the edge fail too; default: the same. */
  readonly interior?: { readonly holds: Holds; readonly outside: (value: Tensor) => Tensor };
  readonly feasible?: (n: number) => Tensor;
}

class Structured extends Constraint {
  #interior: Structured | undefined;
  #closure: Structured | undefined;

  constructor(
    readonly name: string,
    override readonly eventDim: number,
    private readonly holds: Holds,
    private readonly onTensors: OnTensors,
    override readonly isDiscrete: boolean = false,
  ) {
    super();
  }

  override outside(value: Tensor): Tensor | undefined {
    return this.onTensors.outside?.(value);
  }

  override get interior(): Constraint {
    const { name, eventDim, onTensors } = this, { interior, feasible } = onTensors;
    if (!interior) return this;
    if (!this.#interior) {
      this.#interior = new Structured(name, eventDim, interior.holds, { ...interior, feasible });
      this.#interior.#closure = this;
    }
    return this.#interior;
  }

  override isWithin(other: Constraint): boolean {
    return this === other || (this.#closure !== undefined && this.#closure === other);
  }

  override feasibleLike(value: Tensor): Tensor {
    return this.onTensors.feasible?.(value.shape[value.rank - 1]) ?? constant(0);
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

function decreases(x: Tensor): Tensor {
  const n = x.shape[x.rank - 1], start = x.shape.map(() => 0), size = [...x.shape.slice(0, -1), n - 1];
  const next = x.slice(start.with(-1, 1), size);
  return anyOf(next.lessEqual(x.slice(start, size)), 1);
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
/** Lower triangular matrices with a positive diagonal: the Cholesky factors. */
export const lowerCholesky: Constraint = matrix(
  "lowerCholesky",
  isLowerCholesky,
  { outside: isNoCholesky, feasible: identity },
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
