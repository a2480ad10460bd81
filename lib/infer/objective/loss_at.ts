import { type AnyFunction, around, type Handler, type ParamMessage } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import type { LossFunction } from "../elbo/loss.ts";

/** A loss, and what it is the loss of. */
export interface LossSetup {
  /** The loss. */
  readonly loss: LossFunction;
  /** The model. */
  readonly model: AnyFunction;
  /** The guide. */
  readonly guide: AnyFunction;
}

/** Computes a loss with the value that `valueOf` gives each parameter where it is first met. */
export function lossAt(
  { loss, model, guide }: LossSetup,
  valueOf: (message: ParamMessage) => Tensor,
  key: Key,
  args: readonly unknown[],
): Tensor {
  const values = new Map<string, Tensor>();
  const param = (message: ParamMessage) => {
    const value = values.get(message.name) ?? valueOf(message);
    values.set(message.name, message.value = value);
  };
  const handler: Handler = { label: "SVI", isTraining: true, process: { param } };
  return loss(key, around(model, () => handler), around(guide, () => handler), args).reshape([]);
}
