import type { CompileOptions } from "../../compile/mod.ts";
import { compileOptionNames } from "../../compile/internals.ts";
import { type AnyFunction, block, deterministic, prngKey } from "../../ppl/mod.ts";
import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import type { HostArray, Key, Tensor } from "../../tensor/mod.ts";
import { Predictive } from "../predictive/mod.ts";
import { ImportanceResult } from "./result.ts";
import { valuesOf, weigh } from "./weigh.ts";

/** Options of `Importance`. */
export interface ImportanceOptions extends CompileOptions {
  /** The proposal: a guide with the latent sites of the model (default: the model's prior). */
  guide?: AnyFunction;
  /** The parameters of guide and model by name, constrained, as `SVIResult.params` has them. */
  params?: Readonly<Record<string, Tensor | HostArray>>;
  /** The number of draws (default 1000). */
  numSamples?: number;
}

const optionNames: OptionNames<ImportanceOptions> = {
  ...compileOptionNames,
  guide: true,
  params: true,
  numSamples: true,
};

/** The computed site that has the log weight of a draw. */
const LOG_WEIGHT = "_log_weight";

/**
 * Importance sampling: draws from a guide or the prior, each weighed by how much more probable the
 * model makes it, p(x, z) / q(z), as Pyro's `Importance`; the weights' tail is smoothed, and its
 * shape told (Pyro's `psis_diagnostic`). It compiles: all draws are one loop, draw i
 * with a key that depends on i alone; the compiler takes it apart into operations on all draws.
 *
 * @example A normal mean, from its prior
 * ```ts
 * import assert from "node:assert/strict";
 * import { Importance, key, Normal, sample, summary } from "@pyrosaur/pyrosaur";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 2 });
 * const result = await new Importance(model, { numSamples: 4000 }).run(key(0));
 * // The evidence is the density of Normal(0, sqrt 2) at 2, the posterior Normal(1, sqrt 0.5).
 * assert.ok(Math.abs(result.logEvidence + 1 + 0.5 * Math.log(4 * Math.PI)) < 0.1);
 * assert.ok(result.k < 0.7 && result.ess > 1000);
 * const { rows } = summary(result.resample(key(1)));
 * assert.ok(Math.abs(rows[0].mean - 1) < 0.1);
 * ```
 */
export class Importance {
  readonly #draw: Predictive;

  /**
   * Puts together a model and the source of its draws.
   *
   * @throws Error unless `numSamples` is a positive integer.
   */
  constructor(model: AnyFunction, options?: ImportanceOptions) {
    checkOptions("make Importance", options, optionNames);
    const { guide, params, numSamples = 1000, ...compileOptions } = options ?? {};
    const fail = (why: string): never => {
      throw new Error(`Cannot make Importance: ${why}`);
    };
    if (typeof model !== "function") fail(`the model is ${typeof model}, expected a function`);
    if (guide !== undefined && typeof guide !== "function") {
      fail(`the guide is ${typeof guide}, expected a function`);
    }
    if (!(Number.isSafeInteger(numSamples) && numSamples > 0)) {
      fail(`numSamples is ${shown(numSamples)}, expected a positive integer`);
    }
    const source: Source = { model, guide, given: Object.keys(params ?? {}) };
    const sites = (...args: unknown[]): void => {
      for (const [name, value] of Object.entries(weighed(source, args))) deterministic(name, value);
    };
    // Without params a prior's have their first values.
    const known = params ?? (guide && {});
    this.#draw = new Predictive(sites, { ...compileOptions, numSamples, ...known && { params: known } });
  }

  /**
   * Draws and weighs.
   *
   * @param key the source of all randomness; draw i depends on it and on i alone
   * @param args the arguments of model and guide, the data among them
   *
   * Throws (rejects) where model and guide do not match, where `params` lacks parameters, where a
   * log weight is NaN or infinite, and where all weights are 0.
   */
  async run(key: Key, ...args: unknown[]): Promise<ImportanceResult> {
    const { [LOG_WEIGHT]: logWeights, ...samples } = await this.#draw.arrays(key, ...args);
    return new ImportanceResult(samples, Float64Array.from(logWeights.data));
  }

  /** Frees the compiled program. */
  async release(): Promise<void> {
    await this.#draw.release();
  }
}

interface Source extends Pick<ImportanceOptions, "guide"> {
  readonly model: AnyFunction;
  /** The names of the parameters that have values. */
  readonly given: readonly string[];
}

/** Draws once. Returns the values of latent and computed sites by name, and the log weight. */
function weighed({ model, guide, given }: Source, args: readonly unknown[]): Record<string, Tensor> {
  // Parameters alone pass, to whoever gives their values.
  using _ = block({ exposeTypes: ["param", "key"] });
  const { run, logWeight } = weigh(prngKey(LOG_WEIGHT)!, model, guide, args, given);
  return { ...valuesOf(run), [LOG_WEIGHT]: logWeight };
}
