import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import { type BayesianClassifier, classifierNetworks } from "@pyrosaur/pyrosaur/models";
import { mlp } from "@pyrosaur/pyrosaur/nn";
import { module, substitute } from "@pyrosaur/pyrosaur/ppl";
import {
  flatten,
  type HostArray,
  isHostArray,
  isTensor,
  type Key,
  mapTree,
  tf,
  toHostArray,
  toTensor,
  unflatten,
} from "@pyrosaur/pyrosaur/tensor";

/** Several networks: a tree of arrays, each [networks, ...]. */
export type Networks = {
  readonly layers: readonly { readonly weight: HostArray; readonly bias: HostArray }[];
};

/** Draws networks from a trained guide. */
export function drawnNetworks(
  classifier: BayesianClassifier,
  params: SVIState["params"],
  key: Key,
  count: number,
): Networks {
  const found: Networks[] = [];
  tf.tidy(() => {
    found.push(mapTree(classifierNetworks(classifier, params, key, count), isTensor, toHostArray));
  });
  return found[0];
}

/** A plain network as one of one. */
export function plainNetwork(sizes: readonly number[], params: SVIState["params"]): Networks {
  const found: Networks[] = [], net = { ...mlp(sizes), apply: (p: unknown) => p };
  tf.tidy(() => {
    const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
    const tree = substitute(() => module("net", net)(), { data })();
    found.push(mapTree(tree, isTensor, (t) => toHostArray(t.expandDims(0))));
  });
  return found[0];
}

/** Puts networks together. */
export function together(parts: readonly Networks[]): Networks {
  const leaves = parts.map((part) => flatten(part, isHostArray).leaves);
  const joined = leaves[0].map((first, i): HostArray => {
    const own = leaves.map((of) => of[i]), count = own.reduce((sum, { shape }) => sum + shape[0], 0);
    const data = new Float32Array(own.reduce((sum, { data }) => sum + data.length, 0));
    let at = 0;
    for (const { data: part } of own) {
      data.set(part as Float32Array, at);
      at += part.length;
    }
    return { data, shape: [count, ...first.shape.slice(1)] };
  });
  return unflatten(parts[0], isHostArray, joined);
}
