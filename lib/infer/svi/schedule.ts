import { compile, type Compiled, type Precision } from "../../compile/mod.ts";
import { eagerly } from "../../compile/internals.ts";
import {
  flatten,
  type HostArray,
  isHostArray,
  isTensor,
  mapTree,
  type Tensor,
  tf,
  tidily,
  unflatten,
} from "../../tensor/mod.ts";
import type { Rule } from "../optim/optimiser.ts";

// A multiple of every vector width: a step's numbers are computed at the same place in a block
// whatever is asked for.
const BLOCK = 64;

/**
 * What an optimiser computes from the step alone, for many steps at once and outside the training
 * loop. The numbers of a step do not depend on which steps are asked for with it.
 */
export class Schedule {
  #compiled: Compiled<(steps: Tensor) => unknown> | undefined;
  constructor(private readonly rule: Rule, private readonly dtype: Precision) {}

  /** A tree of arrays `[count]` for the steps from `first` on; what is the same for all steps has shape []. */
  async at(first: number, count: number): Promise<unknown> {
    const { rule } = this;
    if (!rule.scalars) return {};
    const begin = Math.floor(first / BLOCK) * BLOCK, end = Math.ceil((first + count) / BLOCK) * BLOCK;
    const steps = Float64Array.from({ length: end - begin }, (_, i) => begin + i);
    const tree = this.dtype === "float32"
      ? eagerly(
        "cpu",
        () =>
          tidily(() =>
            mapTree(
              rule.scalars!(tf.tensor1d(Float32Array.from(steps))),
              isTensor,
              (t: Tensor) => ({ data: t.dataSync(), shape: t.shape }),
            )
          ),
      )
      : await (this.#compiled ??= compile((s: Tensor) => rule.scalars!(s), {
        dtype: this.dtype,
        axes: [["steps"]],
        threads: 1,
      }))
        .arrays({ data: steps, shape: [steps.length] });
    return mapTree(
      tree,
      isHostArray,
      (array: HostArray) =>
        array.shape.length === 0
          ? array
          : { data: array.data.slice(first - begin, first - begin + count), shape: [count] },
    );
  }

  /** Frees what it holds. */
  async release(): Promise<void> {
    await this.#compiled?.release();
  }
}

/** The arrays of a tree that differ from step to step, and a function that puts slices of them back among the others. */
export function split(
  tree: unknown,
): { varying: HostArray[]; merge: (steps: Tensor[], fixed: (n: number) => Tensor) => unknown } {
  const { leaves } = flatten(tree, isHostArray);
  return {
    varying: leaves.filter((leaf) => leaf.shape.length > 0),
    merge(steps, fixed) {
      let next = 0;
      const merged = leaves.map((leaf) => leaf.shape.length > 0 ? steps[next++] : fixed(leaf.data[0]));
      return unflatten(tree, isHostArray, merged);
    },
  };
}
