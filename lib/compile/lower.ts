import type { Engine } from "./engine/engine.ts";
import type { Graph } from "./ir/graph.ts";
import { type Fission, simplify, splitLoops } from "./passes/mod.ts";

/** An engine, or a function that chooses one for a simplified graph. */
export type Choice = Engine | ((graph: Graph) => Engine);

/** Simplifies a graph and takes its loops apart, in place; returns the engine for it. */
export function lowered(graph: Graph, choose: Choice, fission: Fission): Engine {
  simplify(graph, fission);
  const engine = typeof choose === "function" ? choose(graph) : choose;
  if (fission === true) splitLoops(graph, engine.loopCosts);
  return engine;
}
