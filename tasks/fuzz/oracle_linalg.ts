/** The meaning of factorisations and of triangular systems, number by number. @module */
import type { Node } from "../../lib/compile/mod.ts";
import { type Numbers, numbers, spread } from "./oracle_rules.ts";

/** The matrices of a batch one after the other, [rows, columns] each. */
function matrices({ data, shape }: Numbers): Float64Array[] {
  const size = shape.at(-2)! * shape.at(-1)!, count = size === 0 ? 0 : data.length / size;
  return Array.from({ length: count }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

const joined = (shape: readonly number[], all: readonly Float64Array[]): Numbers => {
  const size = shape.at(-2)! * shape.at(-1)!;
  return numbers(shape, "float", (i) => all[Math.floor(i / size)][i % size]);
};

/** Solves T X = B for a triangle T [n, n] and B [n, m]; `at` finds the elements of T. */
function solved(
  at: (i: number, k: number) => number,
  isLower: boolean,
  b: Float64Array,
  n: number,
  m: number,
): Float64Array {
  const x = Float64Array.from(b);
  for (let c = 0; c < m; c++) {
    for (let step = 0; step < n; step++) {
      const i = isLower ? step : n - 1 - step;
      let rest = b[i * m + c];
      for (let k = isLower ? 0 : i + 1; k < (isLower ? i : n); k++) rest -= at(i, k) * x[k * m + c];
      x[i * m + c] = rest / at(i, i);
    }
  }
  return x;
}

/** The factor L of A = L L^T; from the first pivot that is not positive on, columns are NaN. */
function factor(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = a[i * n + j];
      for (let k = 0; k < j; k++) rest -= l[i * n + k] * l[j * n + k];
      if (i === j) l[i * n + j] = rest > 0 && rest < Infinity ? Math.sqrt(rest) : NaN;
      else l[i * n + j] = rest / l[j * n + j];
    }
  }
  return l;
}

/** That by A: (L^-T (P + P^T) L^-1) / 2, P the lower half of L^T G with half its diagonal. */
function factorGradient(l: Float64Array, by: Float64Array, n: number): Float64Array {
  const p = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += l[k * n + i] * by[k * n + j];
      p[i * n + j] = p[j * n + i] = sum / 2;
    }
  }
  const transposedL = (i: number, k: number) => l[k * n + i];
  const transposed = (x: Float64Array) => x.map((_, i) => x[i % n * n + Math.floor(i / n)]);
  const half = solved(transposedL, false, p, n, n);
  return solved(transposedL, false, transposed(half), n, n);
}

/** The rules of operations on matrices that are more than sums of products. */
export const linalgRules = {
  Cholesky: ([a]: readonly Numbers[]): Numbers =>
    joined(a.shape, matrices(a).map((matrix) => factor(matrix, a.shape.at(-1)!))),
  CholeskyGradient: ([l, by]: readonly Numbers[]): Numbers => {
    const derivatives = matrices(by), n = l.shape.at(-1)!;
    return joined(l.shape, matrices(l).map((matrix, i) => factorGradient(matrix, derivatives[i], n)));
  },
  TriangularSolve: ([matrix, b]: readonly Numbers[], node: Node): Numbers => {
    const { lower, transpose } = node.attrs, shape = node.outputs[0].shape as number[];
    const [n, m] = shape.slice(-2), batch = shape.slice(0, -2);
    const all = (x: Numbers, last: number) => matrices(spread(x, [...batch, n, last]));
    const sides = all(b, m);
    return joined(
      shape,
      all(matrix, n).map((t, i) =>
        solved((r, c) => t[transpose ? c * n + r : r * n + c], lower !== transpose, sides[i], n, m)
      ),
    );
  },
};
