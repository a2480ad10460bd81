import { eagerly } from "../../compile/internals.ts";
import { vmap } from "../../compile/mod.ts";
import { isHostArray, isTensor, mapTree, tidily, toTensor } from "../../tensor/mod.ts";
import type { HostArray, Tensor } from "../../tensor/mod.ts";
import type { Tensors, UpdateRule } from "./optimiser.ts";

/**
 * Computes the memory of an update rule before the first update, as arrays.
 *
 * @param params arrays by name; their values count in float32
 * @param isBatched true where each array has trainings side by side along its first axis
 * @param Floats the type of the arrays returned
 */
export function firstSlots(
  rule: UpdateRule,
  params: Readonly<Record<string, HostArray>>,
  isBatched: boolean,
  Floats: Float32ArrayConstructor | Float64ArrayConstructor,
): unknown {
  const one = (own: Tensors) => rule.init(own), init = isBatched ? vmap(one) : one;
  const arrayOf = (t: Tensor) => ({ data: new Floats(t.dataSync()), shape: t.shape.slice() });
  const slots = () => mapTree(init(mapTree(params, isHostArray, toTensor)), isTensor, arrayOf);
  return eagerly("cpu", () => tidily(slots));
}
