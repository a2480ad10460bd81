import { currentGraph } from "../../compile/ir/graph.ts";
import { Scan } from "../../compile/ops/scan.ts";
import { mergeCommonSubexpressions } from "../../compile/passes/common_subexpressions.ts";
import { eliminateDeadCode } from "../../compile/passes/dead_code.ts";
import { fissionLoops } from "../../compile/passes/fission/fission.ts";
import { inlineCalls } from "../../compile/passes/inline.ts";

/**
 * Takes the loops within the body of the newest loop apart, and leaves that loop whole. Taken apart
 * itself, a loop over training steps would make sums of one step part of larger ones, whose order
 * of summation depends on how many steps are taken at once, and would hold intermediate results of
 * all of them.
 */
export function fissionInnerLoops(): void {
  const graph = currentGraph(),
    at = graph.nodes.findLastIndex((node) => node.op === Scan),
    body = graph.nodes[at]?.body;
  if (!body) return;
  const count = graph.nodes.length;
  inlineCalls(body);
  mergeCommonSubexpressions(body);
  eliminateDeadCode(body);
  fissionLoops(body);
  mergeCommonSubexpressions(body);
  eliminateDeadCode(body);
  // What turned out to be the same at every step was recorded behind the loop, which needs it.
  graph.nodes.splice(at, 0, ...graph.nodes.splice(count));
}
