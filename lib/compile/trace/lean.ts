import type { Tensor } from "../../tensor/mod.ts";
import { Expand } from "../ops/shape.ts";
import { peek, tensorOf } from "./tensors.ts";

/**
 * Returns the smaller tensor that a traced one was broadcast from, to whose shape it still
 * broadcasts; another tensor itself.
 */
export function lean(tensor: Tensor): Tensor {
  const value = peek(tensor);
  return value?.node?.op === Expand ? tensorOf(value.node.inputs[0]) : tensor;
}
