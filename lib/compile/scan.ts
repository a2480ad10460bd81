import { checkOptions, checkSynchronous, type OptionNames } from "../system/mod.ts";
import {
  describeNode,
  flatten,
  isTensor,
  type Key,
  random,
  type Tensor,
  tf,
  treeDifference,
  unflatten,
} from "../tensor/mod.ts";
import { currentGraph, Graph, type Value, withGraph } from "./ir/graph.ts";
import { sameShape, type Sizes } from "./ir/size.ts";
import { inTrace } from "./grad/in_trace.ts";
import { fill } from "./ops/constant.ts";
import { scanNode } from "./ops/scan.ts";
import { activeTrace, isTracing } from "./trace/active.ts";
import { tensorOf, valueOf } from "./trace/tensors.ts";
import { TracedKey } from "./trace/traced_key.ts";

/** Options of `scan`. */
export interface ScanOptions {
  /** From the last step to the first (default false). */
  reverse?: boolean;
  /** The number of steps; needed only where nothing is scanned. */
  length?: number;
  /** A key; step `t` is given `key.foldIn(t)`. */
  key?: Key;
}

const optionNames: OptionNames<ScanOptions> = { reverse: true, length: true, key: true };

type AnyTree = any;
let loops = 0;

/** Returns a number for a loop that is traced, unlike any other's. */
export const newLoop = (): number => loops++;

/**
 * Folds a key with the step of the scan that is being traced, as `scan` does with its own key: for
 * a key that was derived within the step, such as a member's of `vmap`, whose number is thus folded
 * in first and the step's last.
 *
 * @throws Error outside a traced scan, and for a key with a value.
 */
export function foldInStep(key: Key): Key {
  const loop = activeTrace().loops.findLast(({ isBatch }) => !isBatch);
  if (!loop) throw new Error("Cannot fold the step of a scan into a key: no scan is being traced");
  return ofStep(key, loop.id);
}

/**
 * The one loop over time, as `jax.lax.scan`: `step(carry, x)` gives the next carry and what is
 * collected, `xs` has a leading time axis, and so have the collected `ys`. Eagerly it is a
 * JavaScript loop; in a trace it is one node whose body is traced once, whatever the number of
 * steps, and it differentiates to any order.
 *
 * @param step from a carry and one slice of `xs` (and a key) to `[carry, y]`; the carry keeps
 * structure, shapes and types
 * @param init the first carry: a tree of tensors
 * @param xs a tree of tensors with equal leading axes, or null together with `options.length`
 * @returns the last carry and the stacked `ys`
 *
 * Throws where leading axes differ, where nothing gives a length, and where the step returns a
 * carry of another structure, shape or type than it was given.
 *
 * @example Running sums
 * ```ts
 * import assert from "node:assert/strict";
 * import { scan } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 *
 * const step = (total: Tensor, x: Tensor): [Tensor, Tensor] => [total.add(x), total.add(x)];
 * const [last, sums] = scan(step, tf.scalar(0) as Tensor, tf.tensor([1, 2, 3]) as Tensor);
 * assert.equal(last.dataSync()[0], 6);
 * assert.deepEqual(sums.arraySync(), [1, 3, 6]);
 * ```
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X, key?: Key) => [C, Y],
  init: C,
  xs: X,
  options?: ScanOptions,
): [C, Y] {
  checkOptions("scan", options, optionNames);
  return (isTracing() ? tracedScan : eagerScan)(step as AnyTree, init, xs, options ?? {});
}

/** Returns the result of a step of a scan; throws where it is no pair. */
export function pairOf<C, Y>(result: [C, Y]): [C, Y] {
  checkSynchronous("scan: the step is synchronous", result);
  if (Array.isArray(result) && result.length === 2) return result;
  throw new Error(`Cannot scan: the step returned ${describeNode(result)}, expected [carry, y]`);
}

/**
 * Returns the number of steps over the tensors of `xs`.
 *
 * @param given the option `length`
 * @throws Error for a scalar, for lengths that differ, and where nothing says how many.
 */
export function stepsOver(xs: AnyTree, given: number | undefined): number {
  const { leaves, paths } = flatten(xs, isTensor);
  const at = (i: number) => `xs${paths[i] && !paths[i].startsWith("[") ? "." : ""}${paths[i]}`;
  leaves.forEach((leaf, i) => {
    if (leaf.rank === 0) throw new Error(`Cannot scan over a scalar: ${at(i)} has no leading axis`);
  });
  const length = leaves[0]?.shape[0] ?? given;
  if (length === undefined) {
    throw new Error("Cannot scan: nothing is scanned and no length is given; pass { length }");
  }
  leaves.forEach((leaf, i) => {
    if (leaf.shape[0] !== length) {
      throw new Error(`Cannot scan: ${at(i)} has ${leaf.shape[0]} steps, ${at(0)} has ${length}`);
    }
  });
  if (given !== undefined && given !== length) {
    throw new Error(`Cannot scan: xs have ${length} steps, but length is ${given}`);
  }
  return length;
}

function checkCarry(
  carry: AnyTree,
  next: AnyTree,
  before: { paths: string[] },
  shapes: [Sizes, string, Sizes, string][],
): void {
  const differs = treeDifference(next, carry, isTensor);
  if (differs) {
    const { path, found, before } = differs, isNumber = typeof before === "number";
    throw new Error(
      `Cannot scan: the carry${path && ` at ${path}`} is ${describeNode(before)}, but the step returns ` +
        describeNode(found) + (isNumber ? `; carries are tensors: begin with tf.scalar(${before})` : ""),
    );
  }
  shapes.forEach(([a, s, b, t], i) => {
    if (sameShape(a, b) && s === t) return;
    const at = before.paths[i] ? `carry.${before.paths[i].replace(/^\./, "")}` : "the carry";
    throw new Error(`Cannot scan: ${at} is ${s}[${a}], but the step returns ${t}[${b}]`);
  });
}

function eagerScan(step: AnyTree, init: AnyTree, xs: AnyTree, options: ScanOptions): [AnyTree, AnyTree] {
  const { reverse, key } = options, scanned = flatten(xs, isTensor);
  const length = stepsOver(xs, options.length);
  // Only a trace of the step tells the shapes of what no step collects.
  if (length === 0) {
    const none = { ...options, key: key && new random.ZeroKey() };
    return inTrace([init, xs], ([carry, x]) => tracedScan(step, carry, x, none)) as [AnyTree, AnyTree];
  }
  const slices = scanned.leaves.map((x) => tf.unstack(x));
  let carry = init, example: AnyTree;
  const collected: Tensor[][] = [];
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const x = unflatten(xs, isTensor, slices.map((steps) => steps[t]));
    const [next, y] = pairOf(step(carry, x, key?.foldIn(t)));
    const a = flatten(carry, isTensor), b = flatten(next, isTensor);
    checkCarry(
      carry,
      next,
      a,
      a.leaves.map((x, k) => [x.shape, x.dtype, b.leaves[k]?.shape, b.leaves[k]?.dtype]),
    );
    flatten(y, isTensor).leaves.forEach((leaf, k) => (collected[k] ??= Array(length))[t] = leaf);
    [carry, example] = [next, y];
  }
  return [carry, unflatten(example, isTensor, collected.map((steps) => tf.stack(steps)))];
}

function tracedScan(step: AnyTree, init: AnyTree, xs: AnyTree, options: ScanOptions): [AnyTree, AnyTree] {
  const { reverse = false, key } = options;
  const trace = activeTrace(), id = newLoop();
  const start = flatten(init, isTensor), scanned = flatten(xs, isTensor);
  const [length] = trace.sizes([stepsOver(xs, options.length)]);
  const first = start.leaves.map(valueOf), outer = scanned.leaves.map(valueOf);
  const body = new Graph(currentGraph()), extra: Value[] = [];
  const slice = (value: Value) => body.input(value.shape.slice(1), value.dtype);
  const enter = (value: Value): Value => {
    extra.push(value);
    return slice(value);
  };
  trace.loops.push({ id, length, scanned: enter });
  try {
    const [last, y] = withGraph(body, () => {
      const inputs = [...first.map((v) => body.input(v.shape, v.dtype)), ...outer.map(slice)];
      const [carry, x] = unflatten([init, xs], isTensor, inputs.map(tensorOf));
      return pairOf(step(carry, x, key && ofStep(key, id)));
    });
    const end = flatten(last, isTensor), ys = flatten(y, isTensor);
    body.outputs = withGraph(body, () => [...end.leaves, ...ys.leaves].map(valueOf));
    const { outputs } = body, collect = ys.leaves.map(() => "stack" as const);
    checkCarry(
      init,
      last,
      start,
      first.map((v, i) => [v.shape, v.dtype, outputs[i].shape, outputs[i].dtype]),
    );
    if (length === 0) {
      const stacks = outputs.slice(first.length).map((v) => fill([0, ...v.shape], 0, v.dtype));
      return unflatten([last, y], isTensor, [...first, ...stacks].map(tensorOf));
    }
    const attrs = { carries: first.length, reverse, length, collect };
    const node = scanNode(body, [...first, ...outer, ...extra], attrs);
    return unflatten([last, y], isTensor, node.outputs.map(tensorOf));
  } finally {
    trace.loops.pop();
  }
}

/** Returns the key of each step of a traced loop. */
function ofStep(key: Key, loop: number): Key {
  if (key instanceof TracedKey) return key.foldInLoop(loop);
  if (key instanceof random.ZeroKey) return key;
  throw new Error(
    "Cannot fold the step of a traced scan into a key with a value: pass the key to the compiled function as an argument",
  );
}
