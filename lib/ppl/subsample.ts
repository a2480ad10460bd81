import type { Tensor } from "../tensor/mod.ts";
import { activePlates } from "./plate.ts";

/**
 * Cuts data of all members of the plates around it to those that take part, as Pyro's `subsample`.
 *
 * @param data a tensor whose batch axes are the plates'
 * @param eventDim how many rightmost axes of the data are not batch axes
 * @throws Error where an axis of a plate has neither its size nor 1.
 */
export function subsample(data: Tensor, eventDim: number): Tensor {
  return activePlates().reduce((value, plate) => plate.cut(value, eventDim, "the data"), data);
}
