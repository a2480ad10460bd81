import { emitOne, type Op, type Value } from "../ir/graph.ts";
import { broadcast } from "../ir/size.ts";
import { raiseRank, stacked } from "./shape.ts";

/** The lower Cholesky factors of symmetric matrices, of which the lower triangles are read. */
export const Cholesky: Op<object> = {
  name: "Cholesky",
  takes: ["float"],
  lift: (_, [a], length) => [cholesky(stacked(a, length))],
};

/** Returns the lower Cholesky factors of matrices [..., n, n]: NaN from a pivot on that is none. */
export function cholesky(matrix: Value): Value {
  return emitOne(Cholesky, [matrix], {}, matrix.shape, matrix.dtype);
}

/** The derivatives by symmetric matrices, from those by their Cholesky factors. */
export const CholeskyGradient: Op<object> = {
  name: "CholeskyGradient",
  takes: ["float"],
  lift: (_, [factor, by], length) => [choleskyGradient(stacked(factor, length), stacked(by, length))],
};

/** Returns the derivatives by matrices, symmetric, from factors and the derivatives by them. */
export function choleskyGradient(factor: Value, by: Value): Value {
  return emitOne(CholeskyGradient, [factor, by], {}, factor.shape, factor.dtype);
}

/** The form of a triangular system. */
export interface TriangularSolveAttrs {
  /** True where the matrix is lower triangular; the other triangle is not read. */
  readonly lower: boolean;
  /** True to solve with the transposed matrix. */
  readonly transpose: boolean;
}

/** Solutions of triangular systems, with the axes before the last two broadcast. */
export const TriangularSolve: Op<TriangularSolveAttrs> = {
  name: "TriangularSolve",
  takes: ["float"],
  lift: ({ attrs, inputs }, [a, b]) => {
    const rank = Math.max(...inputs.map((v) => v.shape.length));
    return [triangularSolve(raiseRank(a, rank), raiseRank(b, rank), attrs)];
  },
};

/** Returns the solutions X of L X = B, for L [..., n, n] and B [..., n, k]. */
export function triangularSolve(matrix: Value, b: Value, attrs: TriangularSolveAttrs): Value {
  const batch = broadcast(matrix.shape.slice(0, -2), b.shape.slice(0, -2));
  return emitOne(TriangularSolve, [matrix, b], attrs, [...batch, ...b.shape.slice(-2)], b.dtype);
}
