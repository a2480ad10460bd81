import type { Tensor } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";
import { andMask } from "../scaling.ts";

class Mask implements Handler {
  readonly label = "mask";
  constructor(private readonly mask: boolean | Tensor) {}

  process(message: Message): void {
    if (message.type === "sample") message.mask = andMask(message.mask, this.mask);
  }
}

/**
 * Makes log densities 0 where the mask, broadcast with the batch shape, is false, as Pyro's `mask`.
 *
 * @example Missing data
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { mask, sample, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(tf.zeros([2]), 1), { obs: [1, 99] });
 * const present = tf.tensor([true, false], [2], "bool");
 * const [found, missing] = trace(mask(model, present)).get().sampleSite("x").logProb.dataSync();
 * assert(found < 0 && missing === 0);
 * ```
 */
export function mask<F extends AnyFunction>(fn: F, mask: boolean | Tensor): F;
/** As a context: masks the sites to the end of the block, `using _ = mask(present)`. */
export function mask(mask: boolean | Tensor): Context;
export function mask<F extends AnyFunction>(
  ...args: [F, boolean | Tensor] | [boolean | Tensor]
): F | Context {
  const [fn, mask] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Mask(mask));
}
