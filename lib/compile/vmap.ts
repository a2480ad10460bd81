import { checkOptions, checkSynchronous, type OptionNames } from "../system/mod.ts";
import { flatten, isTensor, Key, mapTree, type Tensor, tf, unflatten } from "../tensor/mod.ts";
import type { AnyFunction } from "./compile.ts";
import { currentGraph, Graph, type Lifted, type Value, withGraph } from "./ir/graph.ts";
import { liftGraph } from "./lift/mod.ts";
import { activeTrace, isTracing } from "./trace/active.ts";
import { tensorOf, valueOf } from "./trace/tensors.ts";
import { TracedKey } from "./trace/traced_key.ts";
import { newLoop } from "./scan.ts";

/** Options of `vmap`. */
export interface VmapOptions {
  /**
   * For each argument the axis its tensors are taken apart along, or null for an argument that all
   * members share (default 0 for each). A key is taken apart by any number: member `i` is given
   * `key.foldIn(i)`.
   */
  inAxes?: number | null | readonly (number | null)[];
  /** The number of members; needed only where no tensor is taken apart. */
  size?: number;
}

const optionNames: OptionNames<VmapOptions> = { inAxes: true, size: true };

/** For each argument the axis along which it is taken apart, or null. */
type Axes = readonly (number | null)[];

/**
 * Makes a function of one member a function of a batch, as `jax.vmap`: its arguments and its
 * results have one more axis. In a trace the function is traced once, for one member, and each of
 * its operations becomes one on all members; loops within stay loops, with the members inside of
 * them. Derivatives pass through, from within and from without. Eagerly it is a loop in JavaScript
 * over the members.
 *
 * @param fn a function of trees of tensors and keys that returns a tree of tensors
 * @returns a function of the same arguments with the members along the axes of `inAxes`, whose
 * results have them along axis 0
 * @throws Error, when called, where members of arguments are not equally many, where nothing gives
 * their number, and where an argument has no such axis.
 *
 * @example A dot product for each row, and draws that differ
 * ```ts
 * import assert from "node:assert/strict";
 * import { vmap } from "@pyrosaur/pyrosaur/compile";
 * import { type Key, random, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 *
 * const dot = (x: Tensor, y: Tensor) => x.mul(y).sum();
 * const rows = tf.tensor([[1, 2], [3, 4]]);
 * const products = vmap(dot, { inAxes: [0, null] })(rows, tf.tensor([1, 10]));
 * assert.deepEqual(products.arraySync(), [21, 43]);
 *
 * const key = random.key(0), draw = (k: Key) => random.normal(k, [2]);
 * const [, second] = tf.unstack(vmap(draw, { size: 3 })(key));
 * assert.deepEqual(second.arraySync(), draw(key.foldIn(1)).arraySync());
 * ```
 */
export function vmap<F extends AnyFunction>(fn: F, options?: VmapOptions): F {
  checkOptions("map over members", options, optionNames);
  const { inAxes = 0, size } = options ?? {};
  return ((...args: unknown[]) => {
    const axes = axesOf(inAxes, args.length), count = sizeOf(args, axes, size);
    return (isTracing() ? traced : eager)(fn, args, axes, count);
  }) as F;
}

function axesOf(inAxes: VmapOptions["inAxes"], count: number): Axes {
  const axes: Axes = typeof inAxes === "number" || inAxes === null ? Array(count).fill(inAxes) : [...inAxes!];
  if (axes.length !== count) {
    throw new Error(`Cannot map over members: inAxes has ${axes.length} entries for ${count} arguments`);
  }
  const bad = axes.find((axis) => axis !== null && !Number.isInteger(axis));
  if (bad !== undefined) throw new Error(`Cannot map over members: invalid axis ${bad} in inAxes`);
  return axes;
}

/** Returns the axis of a tensor that is taken apart, counted from the left. */
function axisOf(axis: number, { rank, shape }: Tensor, path: string): number {
  if (axis < -rank || axis >= rank) {
    throw new Error(`Cannot map over axis ${axis} of ${path}: it has shape [${shape}]`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Returns the number of members, as tfjs sees it. */
function sizeOf(args: readonly unknown[], axes: Axes, given: number | undefined): number {
  let size = given, from = "size";
  args.forEach((arg, i) => {
    const axis = axes[i], { leaves, paths } = flatten(arg, isTensor);
    if (axis === null) return;
    leaves.forEach((leaf, k) => {
      const path = `argument ${i}${paths[k] && `.${paths[k]}`}`;
      const found = leaf.shape[axisOf(axis, leaf, path)];
      if (size !== undefined && found !== size) {
        throw new Error(`Cannot map over members: ${path} has ${found} of them, ${from} ${size}`);
      }
      [size, from] = [found, path];
    });
  });
  if (size === undefined) {
    throw new Error("Cannot map over members: no tensor is taken apart and no size is given; pass { size }");
  }
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new Error(`Cannot map over ${size} members: expected a positive integer`);
  }
  return size;
}

type Leaf = Tensor | Key;
const isLeaf = (value: unknown): value is Leaf => isTensor(value) || value instanceof Key;

/** Returns the arguments of one member: each leaf of those that are taken apart becomes its own. */
function memberOf(args: readonly unknown[], axes: Axes, own: (leaf: Leaf, axis: number) => Leaf): unknown[] {
  return args.map((arg, i) => {
    const axis = axes[i];
    return axis === null ? arg : mapTree(arg, isLeaf, (leaf: Leaf) => own(leaf, axis));
  });
}

function eager(fn: AnyFunction, args: readonly unknown[], axes: Axes, size: number): unknown {
  const slices = new Map<Tensor, Tensor[]>();
  const member = (leaf: Leaf, axis: number, i: number): Leaf => {
    if (leaf instanceof Key) return leaf.foldIn(i);
    let parts = slices.get(leaf);
    if (!parts) slices.set(leaf, parts = tf.unstack(leaf, axisOf(axis, leaf, "an argument")));
    return parts[i];
  };
  const results = Array.from(
    { length: size },
    (_, i) => {
      const result: unknown = fn(...memberOf(args, axes, (leaf, axis) => member(leaf, axis, i)));
      checkSynchronous("map over members: the function is synchronous", result);
      return result;
    },
  );
  const leaves = results.map((result) => flatten(result, isTensor).leaves);
  return unflatten(results[0], isTensor, leaves[0].map((_, i) => tf.stack(leaves.map((of) => of[i]))));
}

function traced(fn: AnyFunction, args: readonly unknown[], axes: Axes, size: number): unknown {
  const trace = activeTrace(), id = newLoop(), [length] = trace.sizes([size]);
  const body = new Graph(currentGraph()), inputs = new Map<Value, Lifted>();
  const enter = (value: Value): Value => {
    const member = body.input(value.shape.slice(1), value.dtype);
    inputs.set(member, { value, stacked: true });
    return member;
  };
  const member = (leaf: Leaf, axis: number): Leaf => {
    if (leaf instanceof TracedKey) return leaf.foldInLoop(id);
    if (leaf instanceof Key) {
      throw new Error(
        "Cannot give the members of a traced batch keys of their own from a key with a value: pass the key to the compiled " +
          "function as an argument",
      );
    }
    const at = axisOf(axis, leaf, "an argument");
    const perm = [at, ...[...leaf.shape.keys()].toSpliced(at, 1)];
    return tensorOf(enter(valueOf(at === 0 ? leaf : leaf.transpose(perm))));
  };
  trace.loops.push({ id, length, isBatch: true, scanned: enter });
  try {
    const given = memberOf(args, axes, member);
    const result = withGraph(body, () => {
      const found = fn(...given);
      body.outputs = flatten(found, isTensor).leaves.map(valueOf);
      return found;
    });
    const outputs = liftGraph(body, inputs, length);
    return unflatten(result, isTensor, outputs.map(tensorOf));
  } finally {
    trace.loops.pop();
  }
}
