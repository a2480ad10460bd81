import { type Tensor, tf, tidily, toTensor } from "../../tensor/mod.ts";
import type { Value } from "../ir/graph.ts";
import { eagerCosts } from "../passes/fission/cost.ts";
import { eagerly } from "../trace/active.ts";
import { interpret } from "./interpret.ts";
import type { Engine } from "./engine.ts";

/**
 * Runs graphs on tfjs, operation by operation: as the oracle for the other engines, for backends of
 * tfjs, and for graphs that are not worth loading into another engine.
 *
 * @param backend the backend that runs them (default: the one that is current at each run)
 */
export const tfjsOn = (backend?: string): Engine => ({
  name: "tfjs",
  loopCosts: eagerCosts,
  load: (graph, values, { precision }) => {
    if (precision === "float64") {
      throw new Error(
        'Cannot compute in float64 with engine "tfjs": tfjs has float32 only; use engine "onnx" or "js"',
      );
    }
    return {
      provider: `tfjs ${tf.getBackend()}`,
      run(inputs, outputs, dims) {
        const run = () => {
          const given = new Map<Value, Tensor>(values.map((value, i) => [value, toTensor(inputs[i])]));
          interpret(graph, given, dims).forEach((tensor, i) => outputs[i].data.set(tensor.dataSync()));
        };
        eagerly(backend ?? tf.getBackend(), () => tidily(run));
      },
      release() {},
    };
  },
});

/** tfjs on its current backend. */
export const tfjsEngine: Engine = tfjsOn();
