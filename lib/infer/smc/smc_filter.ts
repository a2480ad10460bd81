import { compile, type Compiled, type CompileOptions, scan, vmap } from "../../compile/mod.ts";
import { compileOptionNames, pairOf } from "../../compile/internals.ts";
import { type AnyFunction, isolated, substitute } from "../../ppl/mod.ts";
import { CallsUnderWay, checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { constant, type HostArray, isTensor, Key, mapTree, special } from "../../tensor/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import { valuesOf, weigh } from "../importance/weigh.ts";
import { hostArguments } from "../stepping/mod.ts";
import { ancestorsOf } from "./ancestors.ts";
import { type Filtered, SMCResult } from "./result.ts";

/** A Markov model in two functions with sites, for `SMCFilter`. */
export interface StateSpaceModel {
  /** From the further arguments of `run` to the first carry, a tree of tensors; it may observe. */
  init(...args: any[]): any;
  /**
   * One step, as `scan` takes it: from the carry and one slice of the data (and the further
   * arguments) to `[carry, y]`. It has the same sites at each step.
   */
  step(carry: any, x: any, ...args: any[]): [any, any];
}

/** The proposals for a model's latent sites: each has those of the function it stands for. */
export interface StateSpaceGuide {
  /** The proposal for the sites of `init` (default: their prior). */
  init?(...args: any[]): unknown;
  /**
   * The proposal for the sites of a step, from the carry before it and its slice of the data
   * (default: their prior, as in the bootstrap filter). What it returns is not used.
   */
  step?(carry: any, x: any, ...args: any[]): unknown;
}

/** Options of `SMCFilter`. */
export interface SMCFilterOptions extends CompileOptions {
  /** The proposals (default: the bootstrap filter, which draws from the model). */
  guide?: StateSpaceGuide;
  /** The parameters of guide and model by name, constrained. */
  params?: Readonly<Record<string, Tensor | HostArray>>;
  /** The number of particles (default 1000). */
  numParticles?: number;
  /**
   * The share of the particles below which the effective number lets them be resampled before a
   * step (default 0.5); 0 for never, 1 for always.
   */
  essThreshold?: number;
}

const optionNames: OptionNames<SMCFilterOptions> = {
  ...compileOptionNames,
  guide: true,
  params: true,
  numParticles: true,
  essThreshold: true,
};

type Particles = { readonly carry: any; readonly logWeights: Tensor };

/**
 * A particle filter (sequential Monte Carlo; Gordon, Salmond and Smith 1993; Doucet, de Freitas and
 * Gordon 2001), as Pyro's `SMCFilter`: the posterior of a Markov model's state given the data so
 * far, step by step, and an unbiased estimate of the evidence. The time loop is one compiled scan
 * with all particles side by side; they are resampled systematically where their weights have
 * become unequal.
 *
 * @example The log evidence of two observations of a random walk
 * ```ts
 * import { key, Normal, sample, SMCFilter, type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const filter = new SMCFilter({
 *   init: () => tf.scalar(0),
 *   step(before: Tensor, x: Tensor): [Tensor, null] {
 *     const z = sample("z", new Normal(before, 1));
 *     sample("x", new Normal(z, 1), { obs: x });
 *     return [z, null];
 *   },
 * }, { numParticles: 4000 });
 * const result = await filter.run(key(0), tf.tensor([1, -1]));
 * // The data are normal with covariance [[2, 1], [1, 3]].
 * const exact = -Math.log(2 * Math.PI) - 0.5 * (Math.log(5) + 7 / 5);
 * assert.ok(Math.abs(result.logEvidence - exact) < 0.1);
 * assert.deepEqual(result.mean("z").shape, [2]);
 * ```
 */
export class SMCFilter {
  readonly #compiled: Compiled<AnyFunction>;
  readonly #params: Record<string, HostArray>;
  #calls = new CallsUnderWay();
  /** The number of particles. */
  readonly numParticles: number;

  /**
   * Puts together a filter, by default the bootstrap filter of 1000 particles. `options.axes` names
   * axes of `[xs, ...args]` that may change length.
   *
   * @throws Error for a model without `init` and `step`, and for options that cannot be.
   */
  constructor(private readonly model: StateSpaceModel, private readonly options: SMCFilterOptions = {}) {
    checkOptions("make SMCFilter", options, optionNames);
    const { guide, params = {}, numParticles = 1000, essThreshold = 0.5, axes, ...compileOptions } = options;
    const fail = (why: string): never => {
      throw new Error(`Cannot make SMCFilter: ${why}`);
    };
    if (typeof model?.init !== "function" || typeof model.step !== "function") {
      fail("the model has no functions init and step; expected { init, step }, with the step of a scan");
    }
    for (const name of ["init", "step"] as const) {
      const own = guide?.[name];
      if (own !== undefined && typeof own !== "function") fail(`the guide's ${name} is no function`);
    }
    if (!(Number.isSafeInteger(numParticles) && numParticles > 0)) {
      fail(`numParticles is ${shown(numParticles)}, expected a positive integer`);
    }
    if (!(essThreshold >= 0 && essThreshold <= 1)) {
      fail(`essThreshold is ${shown(essThreshold)}, expected a number from 0 to 1`);
    }
    this.numParticles = numParticles;
    [this.#params] = hostArguments([params]) as [Record<string, HostArray>];
    this.#compiled = compile(this.#filter, { ...compileOptions, axes: axes && [null, axes, null] });
  }

  /** Runs a function of the model and the guide's for it, once, for one particle. */
  #weighed(
    [model, guide]: [AnyFunction, AnyFunction | undefined],
    params: Record<string, Tensor>,
    args: readonly unknown[],
    key: Key,
  ) {
    const data = { data: params }, at = guide && substitute(guide, data);
    return isolated(() => weigh(key, substitute(model, data), at, args, Object.keys(params)));
  }

  readonly #filter = (params: Record<string, Tensor>, given: unknown[], key: Key): Filtered<Tensor> => {
    const { model, numParticles: size, options: { guide, essThreshold = 0.5 } } = this, [xs, ...args] = given;
    const [forInit, forSteps] = key.split(2), none = Math.log(size);
    const begin = vmap((k: Key) => {
      const { run, logWeight } = this.#weighed(
        [bound(model.init, model), bound(guide?.init, guide)],
        params,
        args,
        k,
      );
      // A carry that nothing was drawn for is the same for all particles.
      return {
        carry: mapTree(run.returnValue, isTensor, (x: Tensor) => x),
        logWeight,
        values: valuesOf(run),
      };
    }, { size })(forInit);
    const step = ({ carry, logWeights }: Particles, x: unknown, k?: Key) => {
      const [forChoice, forDraws] = k!.split(2), weights = logWeights.exp();
      const ess = tf.scalar(1).div(weights.square().sum()),
        isLow = ess.lessEqual(constant(essThreshold * size));
      const chosen = ancestorsOf(weights, forChoice.draw("uniform", []));
      const ancestors = tf.where(isLow, chosen, tf.range(0, size, 1, "int32")) as Tensor;
      const kept = mapTree(carry, isTensor, (leaf: Tensor) => tf.gather(leaf, ancestors));
      const before = tf.where(isLow, constant(-none), logWeights) as Tensor;
      const next = vmap((c: unknown, key: Key) => {
        const functions = [bound(model.step, model), bound(guide?.step, guide)] as const;
        const { run, logWeight } = this.#weighed([...functions] as never, params, [c, x, ...args], key);
        return { carry: pairOf(run.returnValue as [unknown, unknown])[0], logWeight, values: valuesOf(run) };
      })(kept, forDraws);
      const after = before.add(next.logWeight), increment = special.logsumexp(after, -1);
      const normalised = after.sub(increment);
      const found = { values: next.values, logWeights: normalised, increment, ess, isLow, ancestors };
      return [{ carry: next.carry, logWeights: normalised }, found] as [Particles, typeof found];
    };
    const increment = special.logsumexp(begin.logWeight, -1), logWeights = begin.logWeight.sub(increment);
    const [, steps] = scan(step, { carry: begin.carry, logWeights } as Particles, xs, { key: forSteps });
    return { initial: { values: begin.values, increment: increment.sub(constant(none)), logWeights }, steps };
  };

  /**
   * Filters a series.
   *
   * @param key the source of all randomness
   * @param xs the data: a tree of tensors whose leading axis is time
   * @param args further arguments of the functions of model and guide
   *
   * Throws (rejects) where model and guide do not match, where `params` lacks parameters of the
   * guide, and where at a step all particles have weight 0 or a weight is NaN.
   */
  async run(key: Key, xs: unknown, ...args: unknown[]): Promise<SMCResult> {
    if (!(key instanceof Key)) {
      throw new Error("Cannot filter: expected a key as the first argument, such as random.key(0)");
    }
    const given = hostArguments([xs, ...args]);
    const found: Filtered<HostArray> = await this.#calls.during(() =>
      this.#compiled.arrays(this.#params, given, key)
    );
    return new SMCResult(found);
  }

  /** Frees the compiled program, once the calls that are under way have ended. */
  async release(): Promise<void> {
    const calls = this.#calls;
    this.#calls = new CallsUnderWay();
    await calls.ended();
    await this.#compiled.release();
  }
}

function bound<F extends AnyFunction>(fn: F, of: object): F;
function bound<F extends AnyFunction>(fn: F | undefined, of: object | undefined): F | undefined;
function bound<F extends AnyFunction>(fn: F | undefined, of: object | undefined): F | undefined {
  return fn && (fn.bind(of) as F);
}
