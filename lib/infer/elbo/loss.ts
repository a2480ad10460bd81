import { checkSynchronous } from "../../system/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { formatShape, isTensor, type Key, type Tensor } from "../../tensor/mod.ts";
import type { Optimiser } from "../optim/optimiser.ts";

/**
 * A loss: a plain differentiable function of a key, a model, a guide and their arguments that gives
 * a scalar. The model and the guide come with the values of their parameters. A custom objective is
 * a function of this type.
 */
export type LossFunction = (
  key: Key,
  model: AnyFunction,
  guide: AnyFunction,
  args: readonly unknown[],
) => Tensor;

/** A loss as an object, such as `new TraceELBO()`. */
export interface LossObject {
  /** The loss. */
  readonly loss: LossFunction;
  /** Returns the optimiser for a training on this loss, where it has a say in how that updates. */
  wrapOptimiser?(optimiser: Optimiser): Optimiser;
}

/** A loss as `SVI` takes it. */
export type Loss = LossFunction | LossObject;

/** Tells whether a value can be a loss. */
export const isLoss = (value: any): value is Loss =>
  typeof value === "function" || typeof value?.loss === "function";

/** Returns the optimiser for a training on a loss. */
export const optimiserFor = (loss: Loss, optimiser: Optimiser): Optimiser =>
  typeof loss === "function" ? optimiser : loss.wrapOptimiser?.(optimiser) ?? optimiser;

/** Returns the function of a loss, which throws where its value is not a scalar. */
export function lossFunction(loss: Loss): LossFunction {
  const evaluate = typeof loss === "function" ? loss : loss.loss;
  return (key, model, guide, args) => {
    const value: unknown = evaluate(key, model, guide, args);
    checkSynchronous("train: the loss is synchronous", value);
    if (isTensor(value) && value.size === 1) return value;
    const found = isTensor(value) ? `a tensor of shape ${formatShape(value.shape)}` : typeof value;
    throw new Error(`Cannot train: the loss returned ${found}, expected a scalar tensor`);
  };
}
