import type { Graph, Node, Value } from "../ir/graph.ts";
import { div, mul, sub } from "../ops/binary.ts";
import { fill } from "../ops/constant.ts";
import * as L from "../ops/linalg.ts";
import { matmul } from "../ops/matmul.ts";
import { sum } from "../ops/reduce.ts";
import { expandDims } from "../ops/shape.ts";
import { concat, slice } from "../ops/slice.ts";
import { entries, halvedTriangle, rowsOf, symmetric, transposed, triangle } from "../ops/triangle.ts";
import { Sqrt, unary } from "../ops/unary.ts";
import { expandNodes } from "./expand.ts";

/** Matrices up to this size are written out for every engine: their columns fuse with the rest. */
const SMALL = 8;

/** Rows of a block of larger ones: all else is products of matrices. */
const BLOCK = 32;

/** Rows or columns from one number to before another. */
type Range = readonly [from: number, to: number];

/** Returns a part of the last two axes; all rows, or columns, where none are named. */
function part(x: Value, rows: Range | undefined, columns?: Range): Value {
  const rank = x.shape.length, ranges = x.shape.map((_, i) => [rows, columns][i - rank + 2]);
  const size = x.shape.map((s, i) => ranges[i] ? ranges[i][1] - ranges[i][0] : s);
  return slice(x, ranges.map((range) => range?.[0] ?? 0), size);
}

/** Returns one column, or one row. */
const column = (x: Value, j: number): Value => part(x, undefined, [j, j + 1]);
const row = (x: Value, i: number): Value => part(x, [i, i + 1]);

/** Factors one column after the other, each taken off the whole matrix as an outer product. */
function factorColumns(matrix: Value): Value {
  const n = rowsOf(matrix), columns: Value[] = [];
  let rest = matrix;
  for (let j = 0; j < n; j++) {
    const next = column(rest, j), scaled = div(next, unary(Sqrt, row(next, j)));
    columns.push(scaled);
    if (j < n - 1) rest = sub(rest, matmul(scaled, scaled, false, true));
  }
  return triangle(concat(columns, matrix.shape.length - 1), true);
}

function factor(matrix: Value): Value {
  const n = rowsOf(matrix), rank = matrix.shape.length;
  if (n <= BLOCK) return factorColumns(matrix);
  const first = factorColumns(part(matrix, [0, BLOCK], [0, BLOCK]));
  const below = part(matrix, [BLOCK, n], [0, BLOCK]);
  const solved = substitute(first, transposed(below), true);
  const rest = factor(sub(part(matrix, [BLOCK, n], [BLOCK, n]), matmul(solved, solved, true, false)));
  const zeros = fill([...matrix.shape.slice(0, -2), BLOCK, n - BLOCK], 0);
  const upper = concat([first, zeros], rank - 1), lower = concat([transposed(solved), rest], rank - 1);
  return concat([upper, lower], rank - 2);
}

/** Eliminates one column after the other from all rows at once: rows that are done meet zeros. */
function substitute(matrix: Value, b: Value, isLower: boolean): Value {
  const n = rowsOf(matrix);
  const diagonal = entries(matrix, (offset) => offset === 0);
  const scale = expandDims(sum(diagonal, [matrix.shape.length - 1]), -1);
  const rest = div(entries(matrix, (offset) => isLower ? offset < 0 : offset > 0), scale);
  let x = div(b, scale);
  for (let step = 0; step < n - 1; step++) {
    const i = isLower ? step : n - 1 - step;
    x = sub(x, mul(column(rest, i), row(x, i)));
  }
  return x;
}

function solve(matrix: Value, b: Value, isLower: boolean): Value {
  const n = rowsOf(matrix);
  if (n <= BLOCK) return substitute(matrix, b, isLower);
  const [first, second]: Range[] = isLower ? [[0, BLOCK], [BLOCK, n]] : [[n - BLOCK, n], [0, n - BLOCK]];
  const known = substitute(part(matrix, first, first), part(b, first), isLower);
  const moved = matmul(part(matrix, second, first), known);
  const rest = solve(part(matrix, second, second), sub(part(b, second), moved), isLower);
  return concat(isLower ? [known, rest] : [rest, known], rest.shape.length - 2);
}

const solveWith = (matrix: Value, b: Value, { lower, transpose }: L.TriangularSolveAttrs): Value =>
  transpose ? solve(transposed(matrix), b, !lower) : solve(matrix, b, lower);

/** Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10. */
function gradient(l: Value, by: Value): Value {
  const back = { lower: true, transpose: true } as const;
  const left = solveWith(l, halvedTriangle(matmul(l, by, true, false)), back);
  return symmetric(solveWith(l, transposed(left), back));
}

/** Returns a factorisation as sums, products and quotients. */
function expanded({ op, inputs: [a, b], attrs }: Node): Value {
  if (op === L.Cholesky) return factor(a);
  return op === L.CholeskyGradient ? gradient(a, b) : solveWith(a, b, attrs);
}

const factorisations: ReadonlySet<unknown> = new Set([L.Cholesky, L.CholeskyGradient, L.TriangularSolve]);

/**
 * Writes factorisations as sums, products and quotients, in place.
 *
 * @param limit the largest matrices that are (default: the small ones, which are better so in any
 * engine)
 */
export function expandLinalg(graph: Graph, limit: number = SMALL): void {
  const isExpanded = ({ op, inputs: [{ shape }] }: Node): boolean =>
    factorisations.has(op) && !(typeof shape.at(-1) === "number" && (shape.at(-1) as number) > limit);
  expandNodes(graph, isExpanded, expanded);
}
