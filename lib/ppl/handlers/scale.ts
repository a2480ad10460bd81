import { knownValues, type Tensor } from "../../tensor/mod.ts";
import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";
import { timesScale } from "../scaling.ts";

class Scale implements Handler {
  readonly label = "scale";
  constructor(private readonly scale: number | Tensor) {
    const values = typeof scale === "number" ? [scale] : knownValues(scale) ?? [];
    for (let i = 0; i < values.length; i++) {
      if (!(values[i] >= 0)) {
        throw new Error(`Cannot scale log densities by ${values[i]}: expected a number that is not negative`);
      }
    }
  }

  process(message: Message): void {
    if (message.type === "sample") message.scale = timesScale(message.scale, this.scale);
  }
}

/**
 * Multiplies log densities by a number, or a tensor that broadcasts with the batch shapes, as
 * Pyro's `scale`.
 *
 * @example A batch that stands for more
 * ```ts
 * import { factor, logDensity, scale } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () => factor("batch", -3);
 * const { logDensity: scaled } = logDensity(scale(model, 10), [], {});
 * assert.equal(scaled.dataSync()[0], -30);
 * ```
 */
export function scale<F extends AnyFunction>(fn: F, scale: number | Tensor): F;
/** As a context: scales the sites to the end of the block, `using _ = scale(0.2)`. */
export function scale(scale: number | Tensor): Context;
export function scale<F extends AnyFunction>(...args: [F, number | Tensor] | [number | Tensor]): F | Context {
  const [fn, scale] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Scale(scale));
}
