import type { Engine } from "./engine.ts";
import { jsEngine } from "./js/engine.ts";
import { tfjsOn } from "./tfjs.ts";

/**
 * Runs graphs that run once or a few times, such as those of first values: what has loops, as the
 * draws of a gamma distribution have, in generated JavaScript, which takes a hundredth of the time;
 * other graphs operation by operation on tfjs, without being loaded.
 */
export const onceEngine: Engine = {
  name: "js",
  loopCosts: jsEngine.loopCosts,
  load: (graph, values, options) => {
    const hasLoops = graph.nodes.some(({ body }) => body !== undefined);
    return (hasLoops ? jsEngine : tfjsOn("cpu")).load(graph, values, options);
  },
};
