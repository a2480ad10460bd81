import type { Graph, Node, Op } from "../../ir/graph.ts";
import * as L from "../../ops/linalg.ts";
import { largeRows } from "./limits.ts";

/** The rows of a matrix from which its operation hands products over. */
const rows: ReadonlyMap<Op, () => number> = new Map<Op, () => number>([
  [L.Cholesky, () => largeRows.factor],
  [L.CholeskyGradient, () => largeRows.gradient],
  [L.TriangularSolve, () => largeRows.solve],
]);

function isLarge({ op, outputs: [{ shape }] }: Node): boolean {
  const least = rows.get(op)?.(), [n, m] = shape.slice(-2);
  if (least === undefined || typeof n !== "number" || n < least) return false;
  return op !== L.TriangularSolve || typeof m === "number" && m >= largeRows.columns;
}

/**
 * Tells whether a graph has factorisations, or solves, of known lengths that hand products over.
 */
export function hasLargeFactorisation(graph: Graph): boolean {
  return graph.nodes.some((node) => isLarge(node) || node.body && hasLargeFactorisation(node.body));
}
