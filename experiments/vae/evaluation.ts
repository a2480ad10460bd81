import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { logWeights, type SVIState } from "@pyrosaur/pyrosaur/infer";
import type { Vae } from "@pyrosaur/pyrosaur/models";
import { plate, substitute } from "@pyrosaur/pyrosaur/ppl";
import type { HostArray, Key, Tensor } from "@pyrosaur/pyrosaur/tensor";
import { batchAxes, batchOf, type Images, numbers } from "./images.ts";

type Params = SVIState["params"];

/** Images in a call; with several draws of each, rows in a call. */
const ROWS = 5000;
/** Draws in a call, for the importance-weighted bounds. */
const DRAWS = 20;

/** Bounds on the log likelihood of images, in nats an image. */
export interface Bound {
  /** The mean over images. */
  readonly mean: number;
  /** Its standard error, from image to image. */
  readonly se: number;
}

/** Bounds on the log likelihood of images under an autoencoder's parameters. */
export class Evaluation {
  readonly #single;
  readonly #many;

  /** Compiles when first used. */
  constructor({ model, guide }: Vae, options: CompileOptions = {}) {
    const weights = (params: Record<string, Tensor>, images: Tensor, key: Key, plates: string[]) => {
      const at = [model, guide].map((fn) => substitute(fn, { data: params }));
      return logWeights(key, at[0], at[1], [images], plates);
    };
    const compiled = (body: (params: Record<string, Tensor>, images: Tensor, key: Key) => Tensor) =>
      compile(body, { ...options, axes: [null, batchAxes, null] as CompileOptions["axes"] });
    this.#single = compiled((params, images, key) => weights(params, images, key, ["data"]));
    this.#many = compiled((params, images, key) => {
      using _draws = plate("draws", DRAWS, { dim: -2 });
      return weights(params, images, key, ["draws", "data"]);
    });
  }

  /** The ELBO, the mean over all images, with one draw for each. */
  async elbo(params: Params, images: Images, key: Key): Promise<number> {
    let sum = 0;
    for (let first = 0; first < images.count; first += ROWS) {
      const batch = batchOf(images, numbers(first, Math.min(ROWS, images.count - first)));
      const { data }: HostArray = await this.#single.arrays(params, batch, key.foldIn(first));
      for (const weight of data) sum += weight;
    }
    return sum / images.count;
  }

  /**
   * The importance-weighted bounds (Burda et al. 2016) of the first `count` images, for several
   * numbers of draws. They share their draws, each being the mean over all disjoint groups.
   *
   * @param sizes in increasing order, each a multiple of 20 and a divisor of the last one
   */
  async bounds(
    params: Params,
    images: Images,
    count: number,
    key: Key,
    sizes: readonly number[],
    tell: (done: number) => void = () => {},
  ): Promise<Bound[]> {
    const total = sizes[sizes.length - 1], inCall = Math.floor(ROWS / DRAWS);
    const values = sizes.map(() => new Float64Array(count));
    for (let first = 0; first < count; first += inCall) {
      const lanes = Math.min(inCall, count - first), batch = batchOf(images, numbers(first, lanes));
      const sums = sizes.map(() => new Float64Array(lanes).fill(-Infinity));
      for (let draw = 0; draw < total; draw += DRAWS) {
        const own = key.foldIn(first).foldIn(draw);
        const { data }: HostArray = await this.#many.arrays(params, batch, own);
        for (const [s, size] of sizes.entries()) {
          for (let i = 0; i < data.length; i++) sums[s][i % lanes] = logAddExp(sums[s][i % lanes], data[i]);
          if ((draw + DRAWS) % size !== 0) continue;
          sums[s].forEach((sum, i) => values[s][first + i] += (sum - Math.log(size)) * size / total);
          sums[s].fill(-Infinity);
        }
      }
      tell(first + lanes);
    }
    return values.map(meanAndError);
  }

  /** Frees what it compiled. */
  async release(): Promise<void> {
    await this.#single.release();
    await this.#many.release();
  }
}

const logAddExp = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

function meanAndError(values: Float64Array): Bound {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, se: Math.sqrt(variance / values.length) };
}
