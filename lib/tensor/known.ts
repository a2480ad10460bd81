import type { Tensor } from "./tf.ts";
import { activeTracer } from "./tracer.ts";

/**
 * Returns the values of a tensor where they can be had: always for an eager tensor, for a traced
 * one only where the trace knows them (constants, example inputs). Meant for validation, never for
 * computing: what is read here is not in the graph. Along a symbolic axis there are as many values
 * as the example had.
 *
 * @example Values of an eager tensor
 * ```ts
 * import { knownValues, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const scale = tf.tensor([1, -1]);
 * assert.equal(Array.from(knownValues(scale) ?? []).some((value) => value <= 0), true);
 * ```
 */
export function knownValues(tensor: Tensor): ArrayLike<number> | undefined {
  const tracer = activeTracer();
  if (tracer?.isTraced(tensor)) return tracer.known(tensor);
  return tensor.dataSync() as ArrayLike<number>;
}

/**
 * Returns the values of a tensor that are the same in every run: of an eager tensor, and of a
 * constant of a trace; undefined for an argument, whatever its example was, and for what is
 * computed. A check that they pass need not be in the graph.
 */
export function constantValues(tensor: Tensor): ArrayLike<number> | undefined {
  const tracer = activeTracer();
  if (tracer?.isTraced(tensor)) return tracer.constantValues(tensor);
  return tensor.dataSync() as ArrayLike<number>;
}
