import type { AnyFunction } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";

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
}

/** What `SVI` takes as its loss. */
export type Loss = LossFunction | LossObject;

/** The function of a loss. */
export const lossFunction = (loss: Loss): LossFunction => typeof loss === "function" ? loss : loss.loss;
