import type { Graph } from "../ir/graph.ts";
import { Scan } from "../ops/scan.ts";
import { mergeCommonSubexpressions } from "./common_subexpressions.ts";
import { eliminateDeadCode } from "./dead_code.ts";
import type { LoopCosts } from "./fission/cost.ts";
import { expandLinalg } from "./expand_linalg.ts";
import { fissionLoops } from "./fission/fission.ts";
import { inlineCalls } from "./inline.ts";

/**
 * The loops that are taken apart: all of them (`true`), none (`false`: every loop stays as it was
 * written), or those within an outermost loop, which itself stays whole (`"inner"`: for loops of
 * training steps).
 */
export type Fission = boolean | "inner";

function tidy(graph: Graph): void {
  mergeCommonSubexpressions(graph);
  eliminateDeadCode(graph);
}

/**
 * Opens calls, merges equal nodes and removes dead ones, in place, which every later step starts
 * from. Inner loops are taken apart here already: engines are chosen by the steps that they run.
 */
export function simplify(graph: Graph, fission: Fission = false): void {
  // What derivatives leave behind need not be looked at any further.
  eliminateDeadCode(graph);
  inlineCalls(graph);
  expandLinalg(graph);
  tidy(graph);
  if (fission === "inner" && fissionInnerLoops(graph)) tidy(graph);
}

/**
 * Takes the loops within the outermost loops of a simplified graph apart, in place, and leaves the
 * outermost ones whole: for loops of training steps. Taken apart itself, such a loop would make
 * sums of one step part of larger ones, whose order of summation depends on how many steps one call
 * takes, and would hold intermediate results of all steps.
 *
 * @returns whether there were any
 */
function fissionInnerLoops(graph: Graph): boolean {
  let isChanged = false;
  for (const loop of graph.nodes.filter((node) => node.op === Scan)) {
    const body = loop.body!, count = graph.nodes.length;
    if (!body.nodes.some((node) => node.op === Scan)) continue;
    isChanged = true;
    // Earlier passes have dropped nodes that it may still name.
    graph.memo.clear();
    fissionLoops(body);
    tidy(body);
    // Nodes that turned out to be the same at every step were recorded at the end; the loop needs
    // them.
    graph.nodes.splice(graph.nodes.indexOf(loop), 0, ...graph.nodes.splice(count));
  }
  return isChanged;
}

/**
 * Takes all loops of a simplified graph apart, in place.
 *
 * @param costs the engine's charge for steps of loops, which fission weighs up (default ONNX
 * Runtime's)
 */
export function splitLoops(graph: Graph, costs?: LoopCosts): void {
  fissionLoops(graph, costs);
  tidy(graph);
}

/** Rewrites a graph in place into an equal one that runs faster. */
export function optimise(graph: Graph, { fission = true }: { fission?: Fission } = {}): void {
  simplify(graph, fission);
  if (fission === true) splitLoops(graph);
}
