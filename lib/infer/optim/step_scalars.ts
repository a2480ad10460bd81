import { eagerly } from "../../compile/internals.ts";
import { compile, type Compiled, type Precision } from "../../compile/mod.ts";
import {
  constant,
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
import type { Tensors, UpdateRule } from "./optimiser.ts";

// A multiple of every vector width: a step's numbers are computed at the same place in a block
// with whichever steps they are asked for.
const BLOCK = 64;

/** The steps that are computed at once where those of one block after the other are asked for. */
const AHEAD = 16 * BLOCK;

/** The scalars of whole blocks of steps: arrays `[steps]`, or `[]` where all are equal. */
interface Block {
  readonly begin: number;
  readonly end: number;
  readonly tree: unknown;
}

/**
 * The scalars that an update rule computes from the step alone, for many steps at once and outside
 * the training loop. Those of a step do not depend on the steps that are asked for with it.
 */
export class StepScalars {
  #compiled: Compiled<(steps: Tensor) => unknown> | undefined;
  #latest: Block | undefined;

  constructor(private readonly rule: UpdateRule, private readonly dtype: Precision) {}

  /** Returns the scalars that differ between steps, `[count]` each, from step `first` on. */
  async at(first: number, count: number): Promise<HostArray[]> {
    const begin = Math.floor(first / BLOCK) * BLOCK, last = Math.ceil((first + count) / BLOCK) * BLOCK;
    if (!this.#latest || this.#latest.begin > begin || this.#latest.end < last) {
      const end = this.#latest?.end === begin ? Math.max(last, begin + AHEAD) : last;
      this.#latest = { begin, end, tree: await this.#compute(begin, end) };
    }
    const from = first - this.#latest.begin;
    return flatten(this.#latest.tree, isHostArray).leaves.filter(({ shape }) => shape.length > 0)
      .map(({ data }) => ({ data: data.slice(from, from + count), shape: [count] }));
  }

  /** Returns the scalars of one step from those that differ between steps, after a call of `at`. */
  insert(differing: readonly Tensor[]): Tensors {
    const { tree } = this.#latest!;
    let next = 0;
    const leaves = flatten(tree, isHostArray).leaves.map(({ data, shape }) =>
      shape.length > 0 ? differing[next++] : constant(data[0])
    );
    return unflatten(tree, isHostArray, leaves);
  }

  async #compute(begin: number, end: number): Promise<unknown> {
    const { dtype, rule } = this;
    if (!rule.scalars) return {};
    const steps = Float64Array.from({ length: end - begin }, (_, i) => begin + i);
    if (dtype === "float64") {
      this.#compiled ??= compile((s: Tensor) => rule.scalars!(s), { dtype, axes: [["steps"]], threads: 1 });
      return await this.#compiled.arrays({ data: steps, shape: [steps.length] });
    }
    const arrayOf = (t: Tensor) => ({ data: t.dataSync(), shape: t.shape });
    return eagerly(
      "cpu",
      () => tidily(() => mapTree(rule.scalars!(tf.tensor1d(Float32Array.from(steps))), isTensor, arrayOf)),
    );
  }

  /** Frees the program. */
  async release(): Promise<void> {
    await this.#compiled?.release();
    this.#compiled = undefined;
  }
}
