import { interpret } from "../../compile/engine/eager.ts";
import type { Engine } from "../../compile/engine/engine.ts";
import type { Value } from "../../compile/ir/graph.ts";
import { type Tensor, toTensor } from "../../tensor/mod.ts";

/** Runs a graph once on tfjs: for graphs that are not worth loading into an engine, such as that of first values. */
export const interpreter: Engine = {
  name: "tfjs",
  load: (graph, values) => ({
    provider: "tfjs",
    run(inputs, outputs, dims) {
      const given = new Map<Value, Tensor>(values.map((value, i) => [value, toTensor(inputs[i])]));
      interpret(graph, given, dims).forEach((tensor, i) => outputs[i].data.set(tensor.dataSync()));
    },
    release() {},
  }),
};
