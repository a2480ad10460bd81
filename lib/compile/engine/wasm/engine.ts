import { jsCosts } from "../../passes/fission/cost.ts";
import type { Engine } from "../engine.ts";

/**
 * Runs graphs as generated JavaScript whose loops over many elements are functions of WebAssembly
 * on vectors of four float32 or two float64 numbers; as the engine "js" where the machine has no
 * vectors, and where there are no such loops.
 */
export const wasmEngine: Engine = {
  name: "wasm",
  loopCosts: jsCosts,
  async load(graph, inputs, options) {
    // Nothing of it is read before it is asked for.
    return (await import("./load.ts")).loadVectors(graph, inputs, options);
  },
};
