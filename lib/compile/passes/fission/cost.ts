import type { Node, Value } from "../../ir/graph.ts";
import { evaluate, namesIn, sizeOf } from "../../ir/size.ts";
import { MatMul } from "../../ops/matmul.ts";

/*
 * What a step of a loop pays, in nanoseconds, measured in ONNX Runtime on two cores by `experiments/bench/scan.ts`. Only
 * differences between a node inside a loop and the same node over all steps count: arithmetic costs both the same.
 */

/** One node inside a loop: scheduling it at every step. */
export const DISPATCH = 700;
/** One loop more. */
export const LOOP = 1300;
/** One element written to, or read from, a value stacked over the steps. */
export const STACK = 0.6;
/** One element of a result over all steps, which leaves the caches, where that of one step stays in them. */
export const MEMORY = 0.3;
/** One element of the right-hand matrix of a product: it is packed at every product. */
export const PACK = 0.4;
/** One element added to a running total at every step. */
export const ACCUMULATE = 0.5;

/** The length that named axes are assumed to have. */
const TYPICAL = 32;

/** About how many elements a value has. */
export function elements(value: Value): number {
  const size = sizeOf(value.shape);
  return evaluate(size, new Map(namesIn(size).map((name) => [name, TYPICAL])));
}

/** What a node costs at each step inside a loop beyond its arithmetic. */
export function costInside(node: Node): number {
  return DISPATCH + (node.op === MatMul ? PACK * elements(node.inputs[1]) : 0);
}

/**
 * What a node costs over all steps at once, per step, beyond its arithmetic.
 *
 * @param contracted its result is summed over the steps, and the sum can be taken without it
 */
export function costOutside(node: Node, varies: (value: Value) => boolean, contracted: boolean): number {
  if (!node.op.lift) return LOOP;
  if (contracted) return 0;
  const packs = node.op === MatMul && varies(node.inputs[1]) ? PACK * elements(node.inputs[1]) : 0;
  return packs + MEMORY * node.outputs.reduce((n, o) => n + elements(o), 0);
}
