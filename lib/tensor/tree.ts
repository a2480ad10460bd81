import { asynchronousKind, nodeModule } from "../system/mod.ts";
/**
 * Trees: nested arrays and plain records with leaves in them, as JAX's pytrees. Records are walked
 * in sorted key order, so that two records with the same keys always line up.
 */

/** A structure of arrays and records with leaves of type `L`; null and undefined are empty. */
export type Tree<L> = L | null | undefined | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

/** A tree cut into its leaves and the shape that holds them together. */
export interface Flattened<L> {
  /** The leaves, in order. */
  readonly leaves: L[];
  /** The path of each leaf, for messages: `[0].weights`. */
  readonly paths: string[];
  /** Equal for two trees exactly when their structures are. */
  readonly structure: string;
}

/** Tells whether a value is a plain record, which trees are made of. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const ADVICE =
  "functions that are traced, differentiated or looped are synchronous, and arguments are awaited before";

const identities = new WeakMap<object, number>();
let counter = 0;

/** Names the class of a typed array and its bytes: two that hold the same have the same name. */
export function bytesOf(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return `${view.constructor.name}:${
    nodeModule("crypto").createHash("sha256").update(bytes).digest("base64")
  }`;
}

/** Primitive values and typed arrays by what they are, other objects by which one they are. */
function identity(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "function" && typeof value !== "object") {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  if (ArrayBuffer.isView(value)) return bytesOf(value);
  let id = identities.get(value as object);
  if (id === undefined) identities.set(value as object, id = counter++);
  return `#${id}`;
}

/** Cuts a tree into leaves. `isLeaf` decides for all but null, arrays and plain records. */
export function flatten<L>(tree: unknown, isLeaf: (value: unknown) => value is L): Flattened<L> {
  const leaves: L[] = [], paths: string[] = [];
  const walk = (value: unknown, path: string): string => {
    if (value === undefined || value === null) return "-";
    if (isLeaf(value)) {
      leaves.push(value);
      paths.push(path);
      return "*";
    }
    if (Array.isArray(value)) return `[${value.map((v, i) => walk(v, `${path}[${i}]`)).join()}]`;
    if (isRecord(value)) {
      return `{${
        Object.keys(value).sort().map((k) =>
          `${/^\w*$/.test(k) ? k : JSON.stringify(k)}:${walk(value[k], path ? `${path}.${k}` : k)}`
        ).join()
      }}`;
    }
    const kind = asynchronousKind(value);
    if (kind) throw new Error(`Cannot use ${kind} where tensors belong${path && ` (at ${path})`}; ${ADVICE}`);
    return `=${typeof value}:${identity(value)}`;
  };
  const structure = walk(tree, "");
  return { leaves, paths, structure };
}

/** Returns the same tree with every leaf replaced; whatever is not a leaf stays. */
export function mapTree<L>(
  tree: unknown,
  isLeaf: (value: unknown) => value is L,
  f: (leaf: L) => unknown,
): any {
  const walk = (value: unknown): unknown => {
    if (value === undefined || value === null) return value;
    if (isLeaf(value)) return f(value);
    if (Array.isArray(value)) return value.map(walk);
    if (isRecord(value)) return Object.fromEntries(Object.keys(value).sort().map((k) => [k, walk(value[k])]));
    return value;
  };
  return walk(tree);
}

/**
 * Puts other leaves, in the order of `flatten`, into the structure of a tree, as
 * `jax.tree.unflatten`.
 *
 * @throws Error where the tree has another number of leaves.
 *
 * @example Tensors in the places of numbers
 * ```ts
 * import { isTensor, tf, unflatten } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const layer = { weight: tf.zeros([2, 3]), bias: tf.zeros([3]) };
 * assert.deepEqual(unflatten(layer, isTensor, ["b", "w"]), { bias: "b", weight: "w" });
 * ```
 */
export function unflatten<L>(
  tree: unknown,
  isLeaf: (value: unknown) => value is L,
  leaves: readonly unknown[],
): any {
  let next = 0;
  const result = mapTree(tree, isLeaf, () => leaves[next++]);
  if (next !== leaves.length) {
    throw new Error(`Cannot put leaves into a tree: found ${leaves.length} of them, expected ${next}`);
  }
  return result;
}
