import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { logWeights, type SVIState } from "@pyrosaur/pyrosaur/infer";
import type { Dmm } from "@pyrosaur/pyrosaur/models";
import { substitute } from "@pyrosaur/pyrosaur/ppl";
import type { HostArray, Key, Tensor } from "@pyrosaur/pyrosaur/tensor";
import { batchAxes, batchOf, type Sequences } from "./sequences.ts";

type Params = SVIState["params"];

/** Bounds on the log likelihood of sequences under a model's parameters. */
export class Evaluation {
  readonly #weights;

  /** Compiles when first used. */
  constructor({ model, guide }: Dmm, options: CompileOptions = {}) {
    this.#weights = compile(
      (params: Record<string, Tensor>, notes: unknown, key: Key) =>
        logWeights(
          key,
          substitute(model, { data: params }),
          substitute(guide, { data: params }),
          [notes],
          "sequences",
        ),
      { ...options, axes: [null, batchAxes, null] as CompileOptions["axes"] },
    );
  }

  /** The negative ELBO a time slice, the mean over draws that are all made in one call. */
  async nll(params: Params, { rows, slices }: Sequences, key: Key, samples = 1): Promise<number> {
    const repeated = Array.from({ length: samples }, () => rows).flat();
    const { data }: HostArray = await this.#weights.arrays(params, batchOf(repeated), key);
    return -sum(data) / (slices * samples);
  }

  /**
   * The negative importance-weighted bounds a time slice (Burda et al. 2016), for several numbers
   * of draws; they share their draws, each bound being the mean over all disjoint groups.
   *
   * @param counts in increasing order; the last one is how many draws are made
   */
  async bounds(
    params: Params,
    { rows, slices }: Sequences,
    key: Key,
    counts: readonly number[],
  ): Promise<number[]> {
    const total = counts[counts.length - 1], draws: ArrayLike<number>[] = [];
    for (let i = 0; i < total; i++) {
      const { data }: HostArray = await this.#weights.arrays(
        params,
        batchOf(rows, { pack: false }),
        key.foldIn(i),
      );
      draws.push(data);
    }
    return counts.map((count) => {
      let bound = 0;
      const groups = Math.floor(total / count);
      for (let g = 0; g < groups; g++) {
        for (let s = 0; s < rows.length; s++) {
          bound += logMeanExp(Array.from({ length: count }, (_, k) => draws[g * count + k][s])) / groups;
        }
      }
      return -bound / slices;
    });
  }

  /** Frees what it compiled. */
  release(): Promise<void> {
    return this.#weights.release();
  }
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

function logMeanExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(sum(values.map((v) => Math.exp(v - largest))) / values.length);
}
