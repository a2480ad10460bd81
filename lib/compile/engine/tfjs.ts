import { type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import type { Value } from "../ir/graph.ts";
import { eagerCosts } from "../passes/fission/cost.ts";
import { interpret } from "./interpret.ts";
import type { Engine } from "./engine.ts";

/**
 * Runs graphs on tfjs, operation by operation, on the backend that is current: as the oracle for
 * the other engines, for backends of tfjs, and for graphs that are not worth loading into another
 * engine.
 */
export const tfjsEngine: Engine = {
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
        tf.tidy(() => {
          const given = new Map<Value, Tensor>(values.map((value, i) => [value, toTensor(inputs[i])]));
          interpret(graph, given, dims).forEach((tensor, i) => outputs[i].data.set(tensor.dataSync()));
        });
      },
      release() {},
    };
  },
};
