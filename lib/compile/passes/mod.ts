import type { Graph } from "../ir/graph.ts";
import { mergeCommonSubexpressions } from "./common_subexpressions.ts";
import { eliminateDeadCode } from "./dead_code.ts";
import { inlineCalls } from "./inline.ts";

/** Which passes run. */
export interface OptimiseOptions {
  /** Loop fission (default true). Off, every loop stays as it was written: for comparison and tests. */
  fission?: boolean;
}

/** Rewrites a graph in place into an equal one that runs faster. */
export function optimise(graph: Graph, { fission: _fission = true }: OptimiseOptions = {}): void {
  inlineCalls(graph);
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
}
