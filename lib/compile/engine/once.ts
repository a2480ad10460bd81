import type { Graph } from "../ir/graph.ts";
import type { Engine } from "./engine.ts";
import { jsEngine } from "./js/engine.ts";
import { tfjsOn } from "./tfjs.ts";

/** The numbers computed from which on a graph is worth the JavaScript that is generated for it. */
const MANY = 2 ** 18;

/**
 * Runs graphs that run once or a few times, such as those of first values: large ones, such as the
 * draws behind medians, and those with loops in generated JavaScript, the others operation by
 * operation on tfjs, without being loaded.
 */
export const onceEngine: Engine = {
  name: "js",
  loopCosts: jsEngine.loopCosts,
  load: (graph, values, options) => (isLarge(graph) ? jsEngine : tfjsOn("cpu")).load(graph, values, options),
};

function isLarge({ nodes }: Graph): boolean {
  let numbers = 0;
  for (const { outputs, body } of nodes) {
    if (body) return true;
    for (const { shape } of outputs) {
      numbers += shape.reduce<number>((n, s) => typeof s === "number" ? n * s : n, 1);
    }
  }
  return numbers >= MANY;
}
