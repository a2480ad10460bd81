import { asTensor, type Tensor, type TensorLike } from "../tensor/mod.ts";
import { send } from "./runtime.ts";

/** Gives a computed value a name, so that traces record it, as Pyro's `deterministic`. Returns the value. */
export function deterministic(name: string, value: TensorLike): Tensor {
  return send({
    type: "deterministic",
    name,
    value: asTensor(value),
    plates: [],
    scanned: undefined,
    stop: false,
  })
    .value as Tensor;
}
