import type { Graph } from "../ir/graph.ts";
import { mergeCommonSubexpressions } from "./common_subexpressions.ts";
import { eliminateDeadCode } from "./dead_code.ts";
import type { LoopCosts } from "./fission/cost.ts";
import { fissionLoops } from "./fission/fission.ts";
import { inlineCalls } from "./inline.ts";
import { fissionInnerLoops } from "./inner_fission.ts";

/**
 * The loops that are taken apart: all of them (`true`), none (`false`: every loop stays as it was
 * written), or those within an outermost loop, which itself stays whole (`"inner"`: for loops of
 * training steps).
 */
export type Fission = boolean | "inner";

/**
 * Opens calls, merges equal nodes and removes dead ones, in place, which every later step starts
 * from. Inner loops are taken apart here already: engines are chosen by the steps that they run.
 */
export function simplify(graph: Graph, fission: Fission = false): void {
  inlineCalls(graph);
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
  if (fission !== "inner") return;
  fissionInnerLoops(graph);
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
}

/**
 * Takes all loops of a simplified graph apart, in place.
 *
 * @param costs the engine's charge for steps of loops, which fission weighs up (default ONNX
 * Runtime's)
 */
export function splitLoops(graph: Graph, costs?: LoopCosts): void {
  fissionLoops(graph, costs);
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
}

/** Rewrites a graph in place into an equal one that runs faster. */
export function optimise(graph: Graph, { fission = true }: { fission?: Fission } = {}): void {
  simplify(graph, fission);
  if (fission === true) splitLoops(graph);
}
