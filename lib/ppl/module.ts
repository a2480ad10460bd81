import {
  flatten,
  isTensor,
  type Key,
  random,
  type Shape,
  type Tensor,
  tidily,
  unflatten,
} from "../tensor/mod.ts";
import { eagerly } from "../compile/internals.ts";
import { prngKey } from "./prng_key.ts";
import { noKey } from "./no_key.ts";
import { register } from "./param.ts";

/** A network for `module`: a tree of parameters, and a function that uses them. */
export interface Net<P, A extends unknown[], R> {
  /** Makes the first parameters. */
  init(key: Key): P;
  /** Runs the network. */
  apply(params: P, ...inputs: A): R;
}

type AnyNet = Net<unknown, never[], unknown>;
type Layout = { readonly tree: unknown; readonly paths: string[]; readonly shapes: Shape[] };
const layouts = new WeakMap<AnyNet, Layout>();

/** Returns names and shapes of a network's parameters, found once by initialising it from zeros. */
function layoutOf(net: AnyNet): Layout {
  const known = layouts.get(net);
  if (known) return known;
  // Of its tensors only the shapes and the places count.
  const tree = eagerly("cpu", () => tidily(() => net.init(new random.ZeroKey())));
  const { leaves, paths } = flatten(tree, isTensor);
  const layout = { tree, paths, shapes: leaves.map((leaf) => leaf.shape) };
  layouts.set(net, layout);
  return layout;
}

/** Returns the name of a parameter in a module: `decoder.layers[0].weight`. */
const join = (name: string, path: string): string =>
  path === "" || path.startsWith("[") ? name + path : `${name}.${path}`;

/**
 * Registers the parameters of a network, each under the module's name and its place in the tree,
 * such as `decoder.layers[0].weight`, as Pyro's `module` and NumPyro's `flax_module`. They are
 * initialised only where no handler gives them values.
 *
 * @param net a network, `{ init(key), apply(params, ...inputs) }`, or a tree of first values
 * @returns the network as a function of its inputs; for a tree, the tree of parameters
 * @throws Error where the parameters must be initialised and there is no key.
 *
 * @example A linear layer
 * ```ts
 * import { module, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { type Key, random, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const linear = {
 *   init: (_key: Key) => ({ weight: tf.ones([3, 1]), bias: tf.zeros([1]) }),
 *   apply: (p: { weight: Tensor; bias: Tensor }, x: Tensor) => x.matMul(p.weight).add(p.bias),
 * };
 * const model = (x: Tensor) => module("linear", linear)(x);
 * const run = trace(seed(model, random.key(0))).get(tf.tensor([[1, 2, 3]]));
 * assert.deepEqual(Object.keys(run.params()).sort(), ["linear.bias", "linear.weight"]);
 * assert.equal(run.returnValue.dataSync()[0], 6);
 * ```
 */
export function module<P, A extends unknown[], R>(name: string, net: Net<P, A, R>): (...inputs: A) => R;
/** Registers a tree of first values. */
export function module<T>(name: string, params: T): T;
export function module(name: string, given: unknown): unknown {
  if (!isNet(given)) {
    const { leaves, paths } = flatten(given, isTensor);
    const owner = given as object;
    const params = leaves.map((first, i) =>
      register(join(name, paths[i]), () => first, false, first.shape, {}, owner)
    );
    return unflatten(given, isTensor, params);
  }
  const { tree, paths, shapes } = layoutOf(given);
  const key = prngKey(name);
  let made: Tensor[] | undefined;
  const first = (): Tensor[] =>
    made ??= flatten(given.init(key ?? noKey("initialise module", name)), isTensor).leaves;
  const params = paths.map((path, i) =>
    register(join(name, path), () => first()[i], false, shapes[i], {}, given)
  );
  const tensors = unflatten(tree, isTensor, params);
  return (...inputs: never[]) => given.apply(tensors, ...inputs);
}

function isNet(value: unknown): value is AnyNet {
  const net = value as Partial<AnyNet> | null;
  return typeof net?.init === "function" && typeof net.apply === "function";
}
