import type { Tensor, TensorLike } from "../../../tensor/mod.ts";

/**
 * Returns an end of a support from the parameter as it was given and as a tensor: numbers stay
 * numbers, so that transforms to the support need no tensors for them.
 */
export const endOfSupport = (given: TensorLike, tensor: Tensor): TensorLike =>
  typeof given === "number" ? given : tensor;
