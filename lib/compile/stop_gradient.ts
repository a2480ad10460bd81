import type { Tensor } from "../tensor/mod.ts";
import { stopGradient as stop } from "./ops/unary.ts";
import { isTracing } from "./trace/active.ts";
import { tensorOf, valueOf } from "./trace/tensors.ts";

/**
 * Returns the same numbers, as a constant for differentiation: no derivative flows through, as
 * `jax.lax.stop_gradient`.
 */
export function stopGradient(tensor: Tensor): Tensor {
  return isTracing() ? tensorOf(stop(valueOf(tensor))) : tensor;
}
