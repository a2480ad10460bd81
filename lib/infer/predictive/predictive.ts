import { compile, type Compiled, type CompileOptions, type Program, scan } from "../../compile/mod.ts";
import { CallsUnderWay, checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { compileOptionNames } from "../../compile/internals.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import {
  describeNode,
  flatten,
  isHostArray,
  isTensor,
  Key,
  mapTree,
  sizeOf,
  tooLarge,
  toTensor,
} from "../../tensor/mod.ts";
import type { HostArray, Tensor } from "../../tensor/mod.ts";
import { Callable } from "../callable.ts";
import { checkDraws } from "../checks/draws.ts";
import { hostArguments } from "../stepping/mod.ts";
import { checkedDraws, runInPlate, runOnce, type Source } from "./runs.ts";
import { select } from "./select.ts";

/** Values by name, each with draws along its first axis. */
export type Draws = Readonly<Record<string, Tensor | HostArray>>;

/** Options of `Predictive`. */
export interface PredictiveOptions extends CompileOptions {
  /** A guide that latent sites are drawn from. */
  guide?: AnyFunction;
  /**
   * The parameters of guide and model by name, constrained, as `SVIResult.params` has them: all of
   * them. A prior alone may leave them out: they then have their first values.
   */
  params?: Readonly<Record<string, Tensor | HostArray>>;
  /**
   * Values of latent sites, draws along the first axis: draws of MCMC, for example. Those of
   * computed sites are not taken: they are computed anew, of the arguments of the call.
   */
  posteriorSamples?: Draws;
  /** The number of draws (default: that of the posterior samples). */
  numSamples?: number;
  /**
   * The draws of one call of the engine (default: those of 15 ms by prediction, the same on every
   * machine; in a plate all of them). In a loop results change by rounding.
   */
  batchSize?: number;
  /** True for all draws in one run of guide and model, in a plate (default false: a loop). */
  parallel?: boolean;
  /**
   * True for a draw of the discrete sites with finitely many values from their posterior, given the
   * data and the other latent sites, as NumPyro's `infer_discrete`: those that MCMC sums out
   * (default false: from their distributions in the model).
   */
  inferDiscrete?: boolean;
  /**
   * The sites to return; `"_RETURN"` is the model's result (default: all that are drawn, without
   * those of `posteriorSamples`, and all that are computed).
   */
  returnSites?: readonly string[];
}

const optionNames: OptionNames<PredictiveOptions> = {
  ...compileOptionNames,
  guide: true,
  params: true,
  posteriorSamples: true,
  numSamples: true,
  batchSize: true,
  parallel: true,
  returnSites: true,
  inferDiscrete: true,
};

/** The predicted seconds of a call, after which other tasks of the process get a turn. */
const SECONDS_PER_CALL = 0.015;

/** A function that draws from the predictive distribution. */
export interface Predictive {
  /**
   * Draws values of the sites.
   *
   * @param key the source of all randomness; in a loop, draw i depends on it and on i alone
   * @param args the arguments of model and guide; without the data, the data are predicted
   * @returns tensors `[numSamples, ...shape of the site]` by name
   *
   * Throws (rejects) where `params` lacks parameters of guide or model, and for posterior samples
   * of another model.
   */
  (key: Key, ...args: any[]): Promise<Record<string, Tensor>>;
}

type Arrays = Record<string, HostArray>;

const SAMPLES = "_samples";

function fail(why: string): never {
  throw new Error(`Cannot make Predictive: ${why}`);
}

/** Returns the number of draws that options ask for. */
function numberOfDraws(options: PredictiveOptions): number {
  const { guide, posteriorSamples = {}, numSamples } = options ?? {};
  const counts = Object.entries(posteriorSamples).map(([name, draws]) => {
    if (isTensor(draws) || isHostArray(draws)) return [name, draws.shape[0]] as const;
    return fail(
      `posteriorSamples has ${
        describeNode(draws)
      } for "${name}", expected draws by the names of sites, such as ` +
        "MCMCResult.samples",
    );
  });
  const [first] = counts, other = counts.find(([, n]) => n !== first[1]);
  if (other) {
    fail(`posterior samples differ in number: "${first[0]}" has ${first[1]}, "${other[0]}" has ${other[1]}`);
  }
  if (guide && first) fail("expected either a guide or posterior samples, found both");
  if (first?.[1] === 0) {
    fail(
      `the posterior samples have no draws: "${first[0]}" has shape [${posteriorSamples[first[0]].shape}]`,
    );
  }
  const count = numSamples ?? first?.[1];
  if (count === undefined || !Number.isSafeInteger(count) || count < 1) {
    fail(`numSamples is ${shown(numSamples)}, expected a positive integer`);
  }
  if (first && count > first[1]) {
    fail(`numSamples is ${count}, but there are only ${first[1]} posterior samples`);
  }
  return count;
}

/**
 * The predictive distribution of a model: of the prior, of a guide with parameters, or of posterior
 * samples, as Pyro's and NumPyro's Predictive. It compiles: all draws are one call of the engine.
 *
 * @example Predictions from posterior draws
 * ```ts
 * import { Normal, Predictive, sample } from "@pyrosaur/pyrosaur";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 0.01));
 * const predict = new Predictive(model, { posteriorSamples: { z: tf.tensor([-5, 0, 5]) } });
 * const { x } = await predict(random.key(0));
 * assert([-5, 0, 5].every((z, i) => Math.abs(x.dataSync()[i] - z) < 0.1));
 * ```
 */
export class Predictive extends Callable {
  readonly #source: Source;
  readonly #params: Arrays;
  readonly #samples: Arrays;
  readonly #compiled: Compiled<AnyFunction>;
  readonly #parallel: boolean;
  readonly #batchSize: number | undefined;
  #calls = new CallsUnderWay();
  /** The number of draws. */
  readonly numSamples: number;

  /**
   * Puts together a model and the source of its latent sites.
   *
   * @throws Error where nothing says how many draws, and where posterior samples differ in number.
   */
  constructor(model: AnyFunction, options: PredictiveOptions) {
    super();
    checkOptions("make Predictive", options, optionNames);
    const {
      guide,
      params = {},
      posteriorSamples = {},
      numSamples: _numSamples,
      batchSize,
      parallel = false,
      returnSites,
      inferDiscrete = false,
      axes,
      ...compileOptions
    } = options ?? {};
    if (typeof model !== "function") fail(`the model is ${typeof model}, expected a function`);
    this.numSamples = numberOfDraws(options);
    if (batchSize !== undefined && !(Number.isSafeInteger(batchSize) && batchSize > 0)) {
      fail(`batchSize is ${shown(batchSize)}, expected a positive integer`);
    }
    if (returnSites !== undefined && !Array.isArray(returnSites)) {
      fail(`returnSites is ${describeNode(returnSites)}, expected a list of names`);
    }
    this.#batchSize = batchSize;
    this.#parallel = parallel;
    const isPrior = !guide && options?.params === undefined && options?.posteriorSamples === undefined;
    const sampled = Object.keys(posteriorSamples ?? {}).sort();
    this.#source = { model, guide, returnSites, sampled, isPrior, inferDiscrete };
    [this.#params, this.#samples] = hostArguments([params, posteriorSamples]) as Arrays[];
    const axesOf = ({ shape }: HostArray) => [SAMPLES, ...shape.slice(1).map(() => null)];
    const sampleAxes = mapTree(this.#samples, isHostArray, axesOf);
    this.#compiled = parallel
      ? compile(this.#inPlate, { ...compileOptions, axes: axes && [null, null, null, axes, null] })
      : compile(this.#inLoop, {
        ...compileOptions,
        axes: [null, sampleAxes, [SAMPLES], axes ?? null, null],
      });
  }

  readonly #inLoop = (
    params: Record<string, Tensor>,
    samples: Record<string, Tensor>,
    steps: Tensor,
    args: unknown[],
    key: Key,
  ) => {
    const names = this.#source.sampled;
    const [, draws] = scan(
      (_carry: null, x: { samples: Record<string, Tensor> }, k?: Key): [null, Record<string, Tensor>] => {
        const run = runOnce(this.#source, k!, params, checkedDraws(x.samples), args).model;
        checkDraws("predict", run, names);
        return [null, select(run, this.#source.returnSites, names)];
      },
      null,
      { samples, steps },
      { key },
    );
    return draws;
  };

  readonly #inPlate = (
    params: Record<string, Tensor>,
    samples: Record<string, Tensor>,
    steps: Tensor,
    args: unknown[],
    key: Key,
  ) => runInPlate(this.#source, key, steps.shape[0], params, samples, args);

  /** Draws, as the signature of the object as a function says. */
  protected override async run([key, ...args]: readonly unknown[]): Promise<Record<string, Tensor>> {
    return mapTree(await this.arrays(key as Key, ...args), isHostArray, toTensor);
  }

  /** Draws arrays in main memory, with all digits where `dtype` is "float64". */
  async arrays(key: Key, ...args: unknown[]): Promise<Record<string, HostArray>> {
    if (!(key instanceof Key)) {
      throw new Error("Cannot draw: expected a key as the first argument, such as random.key(0)");
    }
    const given = hostArguments(args);
    return await this.#calls.during(() => this.#draw(key, given));
  }

  async #draw(key: Key, given: readonly unknown[]): Promise<Record<string, HostArray>> {
    const argumentsOf = (first: number, count: number) => [
      this.#params,
      mapTree(this.#samples, isHostArray, (array: HostArray) => rows(array, first, count)),
      { data: new Float32Array(count), shape: [count] },
      given,
    ];
    const batches: Arrays[] = [], { numSamples } = this;
    const asked = Math.min(this.#batchSize ?? numSamples, numSamples);
    const size = this.#sizeOfCalls(asked, await this.#compiled.program(...argumentsOf(0, asked), key));
    for (let first = 0; first < numSamples; first += size) {
      const all = argumentsOf(first, Math.min(size, numSamples - first));
      // In a plate all draws come from one key.
      const own = this.#parallel && first > 0 ? key.foldIn(first) : key;
      const program = await this.#compiled.program(...all, own);
      const outputs = await program.run(flatten(all, isHostArray).leaves, [own], {
        firstStep: this.#parallel ? 0 : first,
      });
      batches.push(program.rebuild(outputs));
    }
    if (batches.length === 1) return batches[0];
    return Object.fromEntries(
      Object.keys(batches[0]).map((name) => [name, join(batches.map((batch) => batch[name]))]),
    );
  }

  /**
   * Returns the number of draws of a call: that which was asked for, or as many as take a fixed
   * time.
   * @throws Error where all draws of a site are more than memory could hold.
   */
  #sizeOfCalls(asked: number, program: Program): number {
    const { numSamples } = this, dims = new Map([[SAMPLES, asked]]);
    for (
      const [name, [, ...shape]] of Object.entries<number[]>(program.rebuild(program.outputShapes(dims)))
    ) {
      const reason = tooLarge([numSamples, ...shape]);
      if (reason) throw new Error(`Cannot draw site "${name}" ${numSamples} times: ${reason}`);
    }
    if (this.#parallel || this.#batchSize !== undefined) return asked;
    const seconds = program.predictedSeconds(dims);
    return Math.ceil(numSamples / Math.ceil(Math.max(seconds / SECONDS_PER_CALL, 1)));
  }

  /** Frees the compiled program, once the calls that are under way have ended. */
  async release(): Promise<void> {
    const calls = this.#calls;
    this.#calls = new CallsUnderWay();
    await calls.ended();
    await this.#compiled.release();
  }
}

function rows({ data, shape }: HostArray, first: number, count: number): HostArray {
  const size = sizeOf(shape.slice(1));
  return { data: data.subarray(first * size, (first + count) * size), shape: [count, ...shape.slice(1)] };
}

function join(parts: readonly HostArray[]): HostArray {
  const data = new (parts[0].data.constructor as Float32ArrayConstructor)(
    parts.reduce((n, p) => n + p.data.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    data.set(part.data as Float32Array, at);
    at += part.data.length;
  }
  return { data, shape: [parts.reduce((n, p) => n + p.shape[0], 0), ...parts[0].shape.slice(1)] };
}
