import { fromRule, type Optimiser, ruleOf } from "../optim/optimiser.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** The scalar of a step that weighs the gradients of particles, beside those of the optimiser. */
export const WEIGHT = "steinWeight";

/**
 * Makes an optimiser whose scalars of a step have a weight beside them, for the coupling of
 * particles.
 *
 * @param weight returns the weights of steps, a tensor of the number of steps done
 */
export function annealed(optimiser: Optimiser, weight: (step: Tensor) => Tensor): Optimiser {
  const rule = ruleOf(optimiser);
  return fromRule(optimiser.name ?? "optimiser", {
    ...rule,
    init: (params) => rule.init(params),
    scalars: (step) => ({ own: rule.scalars?.(step) ?? {}, [WEIGHT]: weight(step) }),
    apply: (grads, slots, params, { own }) => rule.apply(grads, slots, params, own),
  });
}
