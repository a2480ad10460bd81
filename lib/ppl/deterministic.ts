import { asTensor, type Tensor, type TensorLike } from "../tensor/mod.ts";
import { send } from "./runtime.ts";

/**
 * Gives a computed value a name, so that traces record it, as Pyro's `deterministic`. Returns the
 * value.
 *
 * @example A computed value in the trace
 * ```ts
 * import { deterministic, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const run = trace(() => deterministic("variance", tf.scalar(3).square())).get();
 * assert.equal(run.value("variance").dataSync()[0], 9);
 * assert.equal(run.logProbSum().dataSync()[0], 0);
 * ```
 */
export function deterministic(name: string, value: TensorLike): Tensor {
  const tensor = asTensor(value);
  return send({ type: "deterministic", name, value: tensor, plates: [], scanned: undefined, stop: false })
    .value;
}
