import { jsCosts } from "../../passes/fission/cost.ts";
import type { Engine } from "../engine.ts";
import type { SentJavaScript } from "../js/engine.ts";
import type { SentVectors } from "./executable.ts";

/**
 * Runs graphs as generated JavaScript whose loops over many elements are functions of WebAssembly
 * on vectors of four float32 or two float64 numbers; as the engine "js" where the machine has no
 * vectors, and where there are no such loops.
 *
 * It has one thread. A second Worker on shared memory takes 61 us in place of 120 for softplus of
 * 102,400 numbers, and 405 in place of 700 for Adam of twice 313,600; but ONNX Runtime's binding
 * refuses arrays over shared memory, and behind one of its products, whose own threads wait for the
 * next, such loops take 897 us in place of 884.
 */
export const wasmEngine: Engine = {
  name: "wasm",
  loopCosts: jsCosts,
  async load(graph, inputs, options) {
    // Nothing of it is read before it is asked for.
    return (await import("./load.ts")).loadVectors(graph, inputs, options);
  },
  async receive(sent, options) {
    return (await import("./load.ts")).receiveVectors(sent as SentVectors | SentJavaScript, options);
  },
};
