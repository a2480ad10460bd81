import type { Primitive } from "../../tensor/mod.ts";
import { emitUnique, Graph, placeFor, type Value, withGraph } from "../ir/graph.ts";
import { Call } from "../ops/call.ts";
import { tensorOf, valueOf } from "./tensors.ts";

/** Records the application of a primitive. */
export function call(primitive: Primitive, inputs: Value[]): Value {
  const place = placeFor(inputs);
  const key = `Call ${primitive.name}|${inputs.map((v) => v.id).join()}`;
  const known = place.memo.get(key);
  if (known && known.attrs.primitive === primitive) return known.outputs[0];
  return withGraph(place, () => {
    const body = new Graph(place);
    const output = withGraph(body, () => {
      const parameters = inputs.map((v) => v.constant ? v : body.input(v.shape, v.dtype));
      return valueOf(primitive.forward(...parameters.map(tensorOf)));
    });
    body.outputs = [output];
    if (output.constant) return output;
    const node = emitUnique(Call, inputs, { primitive }, [[output.shape, output.dtype]], body);
    place.memo.set(key, node);
    return node.outputs[0];
  });
}
