import type { Graph } from "../ir/graph.ts";
import { Scan } from "../ops/scan.ts";
import { mergeCommonSubexpressions } from "./common_subexpressions.ts";
import { eliminateDeadCode } from "./dead_code.ts";
import { fissionLoops } from "./fission/fission.ts";

/**
 * Takes the loops within the outermost loops of a simplified graph apart, in place, and leaves the
 * outermost ones whole: for loops of training steps. Taken apart itself, such a loop would make
 * sums of one step part of larger ones, whose order of summation depends on how many steps one call
 * takes, and would hold intermediate results of all steps.
 */
export function fissionInnerLoops(graph: Graph): void {
  for (const loop of graph.nodes.filter((node) => node.op === Scan)) {
    const body = loop.body!, count = graph.nodes.length;
    if (!body.nodes.some((node) => node.op === Scan)) continue;
    // Earlier passes have dropped nodes that it may still name.
    graph.memo.clear();
    fissionLoops(body);
    mergeCommonSubexpressions(body);
    eliminateDeadCode(body);
    // Nodes that turned out to be the same at every step were recorded at the end; the loop needs
    // them.
    graph.nodes.splice(graph.nodes.indexOf(loop), 0, ...graph.nodes.splice(count));
  }
}
