import type { Graph } from "../ir/graph.ts";
import { mergeCommonSubexpressions } from "./common_subexpressions.ts";
import { eliminateDeadCode } from "./dead_code.ts";
import type { LoopCosts } from "./fission/cost.ts";
import { fissionLoops } from "./fission/fission.ts";
import { inlineCalls } from "./inline.ts";

/** Which passes run. */
export interface OptimiseOptions {
  /** Loop fission (default true). Off, every loop stays as it was written: for comparison and tests. */
  fission?: boolean;
  /** What the engine charges for steps of loops: what fission weighs up (default ONNX Runtime's). */
  costs?: LoopCosts;
}

/** Opens calls, merges equal nodes and removes dead ones, in place: what every later step starts from. */
export function simplify(graph: Graph): void {
  inlineCalls(graph);
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
}

/** Takes the loops of a simplified graph apart, in place. */
export function splitLoops(graph: Graph, { fission = true, costs }: OptimiseOptions = {}): void {
  if (!fission) return;
  fissionLoops(graph, costs);
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
}

/** Rewrites a graph in place into an equal one that runs faster. */
export function optimise(graph: Graph, options: OptimiseOptions = {}): void {
  simplify(graph);
  splitLoops(graph, options);
}
