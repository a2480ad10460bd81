import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import {
  adam,
  AutoDelta,
  cosineDecay,
  enumLogDensity,
  inferDiscrete,
  initToValue,
  SVIEnsemble,
  type SVIState,
  TraceEnumELBO,
} from "@pyrosaur/pyrosaur/infer";
import { moments } from "@pyrosaur/pyrosaur/statistics";
import {
  type HostArray,
  isTensor,
  type Key,
  mapTree,
  random,
  type Tensor,
  tf,
  toHostArray,
} from "@pyrosaur/pyrosaur/tensor";
import { type Components, flowers, flowersGiven } from "./flowers.ts";
import type { FlowerConfig } from "./settings.ts";

/** The means and standard deviations of lengths. */
interface Standard {
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

/** A mixture fitted to rows. */
export interface FlowerFit {
  /** The standard that its numbers are in. */
  readonly standard: Standard;
  /** The components. */
  readonly components: Readonly<Record<keyof Components, HostArray>>;
}

/** Fits mixtures of a number of components, and scores rows by them. */
export class Mixtures {
  readonly #ensemble: SVIEnsemble;
  readonly #guide: AutoDelta;
  readonly #density;

  /** Compiles when first used. */
  constructor(
    components: number,
    readonly config: Omit<FlowerConfig, "components">,
    options: CompileOptions = {},
  ) {
    const { learningRate: init, steps, restarts: members } = config, model = flowers(components);
    // Deviations begin below those of all rows; means are put at rows later.
    const weights = tf.fill([components], 1 / components), scale = tf.scalar(0.6), zero = tf.scalar(0);
    const values = { weights, scale, locs: zero, slopes: zero };
    this.#guide = new AutoDelta(model, { initStrategy: initToValue({ values }) });
    const rule = adam({ lr: cosineDecay({ init, steps }) });
    this.#ensemble = new SVIEnsemble(model, this.#guide, rule, new TraceEnumELBO(), { ...options, members });
    const density = (given: Components, rows: Tensor) =>
      enumLogDensity(flowersGiven, [given, rows], {}).logDensity;
    this.#density = compile(density, { ...options, axes: [null, ["rows", null]] as CompileOptions["axes"] });
  }

  /** Fits several times, from means at rows drawn anew, and keeps the fit with the lowest loss. */
  async fit(rows: readonly (readonly number[])[], key: Key): Promise<FlowerFit> {
    const standard = standardOf(rows),
      { steps, restarts } = this.config,
      args = [standardised(rows, standard)];
    const first = this.#startAt(args[0], key, await this.#ensemble.init(key, ...args));
    const { state, losses } = await this.#ensemble.run(key, steps, args, { state: first, progress: false });
    const last = Array.from(
      losses.data.subarray(-restarts),
      (loss) => Number.isFinite(loss) ? loss : Infinity,
    );
    const best = last.indexOf(last.reduce((a, b) => Math.min(a, b)));
    const params = this.#ensemble.getParams(state);
    const own = mapTree(params, isTensor, (values) => values.slice(best, 1).squeeze([0]));
    const components = mapTree(this.#guide.median(own as Record<string, Tensor>), isTensor, toHostArray);
    return { standard, components: components as unknown as FlowerFit["components"] };
  }

  /** Returns a first state whose means are rows, drawn for each training without replacement. */
  #startAt({ data, shape: [count, width] }: HostArray, key: Key, state: SVIState): SVIState {
    const { shape } = state.params.locs_auto_loc, [members, components] = shape;
    const locs = new Float32Array(members * components * width);
    for (let member = 0; member < members; member++) {
      const rows = random.permutation(key.foldIn(member), count).dataSync().subarray(0, components);
      rows.forEach((row, c) => {
        locs.set(data.subarray(row * width, (row + 1) * width), (member * components + c) * width);
      });
    }
    return { ...state, params: { ...state.params, locs_auto_loc: { data: locs, shape } } };
  }

  /** Returns the mean log density of rows, in nats a row of centimetres. */
  async score({ standard, components }: FlowerFit, rows: readonly (readonly number[])[]): Promise<number> {
    const { data: [sum] } = await this.#density.arrays(components, standardised(rows, standard));
    return sum / rows.length - standard.sd.reduce((total, sd) => total + Math.log(sd), 0);
  }

  /** Frees what it compiled. */
  async release(): Promise<void> {
    await this.#ensemble.release();
    await this.#density.release();
  }
}

function standardOf(rows: readonly (readonly number[])[]): Standard {
  const columns = rows[0].map((_, k) => moments(rows.map((row) => row[k])));
  return { mean: columns.map(({ mean }) => mean), sd: columns.map(({ sd }) => sd) };
}

function standardised(rows: readonly (readonly number[])[], { mean, sd }: Standard): HostArray {
  const data = Float32Array.from(rows.flatMap((row) => row.map((x, k) => (x - mean[k]) / sd[k])));
  return { data, shape: [rows.length, mean.length] };
}

/** Returns the most probable component of each row. */
export function assignments(
  { standard, components }: FlowerFit,
  rows: readonly (readonly number[])[],
): number[] {
  const classify = inferDiscrete(flowersGiven, { temperature: 0 });
  const tensors = Object.fromEntries(
    Object.entries(components).map((
      [name, { data, shape }],
    ) => [name, tf.tensor(data as Float32Array, [...shape])]),
  ) as unknown as Components;
  const { data, shape } = standardised(rows, standard);
  return Array.from(classify(tensors, tf.tensor(data as Float32Array, [...shape])).dataSync());
}
