import {
  activePlates,
  type AnyFunction,
  checkArguments,
  checkNamed,
  dryRun,
  enumerate,
  firstAvailableDim,
  logDensity,
  type NamedValues,
  nestingOf,
  seed,
  substitute,
  type Trace,
  trace,
} from "../../ppl/mod.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import { eliminate, type Elimination, totalOf } from "./eliminate.ts";
import { Factors } from "./factors.ts";
import { logSum, type Reduction } from "./named.ts";

/** Options of what enumerates a model by itself. */
export interface EnumerationOptions {
  /** The first batch axis for values (default: found by a run of the model that does not count). */
  firstAvailableDim?: number;
}

/** The names of the options of enumeration. */
export const enumerationOptionNames: OptionNames<EnumerationOptions> = { firstAvailableDim: true };

/** Returns the first batch axis left of all plates of functions, and of those around. */
export function firstDim(functions: readonly AnyFunction[], args: readonly unknown[]): number {
  const looks = functions.map((fn) => dryRun((key) => trace(seed(fn, key)).get(...args)));
  const around = nestingOf(activePlates().map(({ frame }) => frame));
  return Math.min(-1 - around, firstAvailableDim(...looks));
}

/** The elimination of all enumerated sites of a trace. */
export interface EliminatedTrace {
  /** The factors. */
  readonly factors: Factors;
  /** Their elimination. */
  readonly elimination: Elimination;
}

/**
 * Eliminates all enumerated sites of a trace.
 *
 * @param isWhole true where each term is to be one table
 */
export function eliminateAll(run: Trace, reduction: Reduction = logSum, isWhole = false): EliminatedTrace {
  const factors = new Factors(run), { weights, plates, variables, chains } = factors;
  const problem = { factors: factors.factors, weights, plates, variables, chains, isWhole };
  return { factors, elimination: eliminate(problem, reduction) };
}

/** Sums the log density of a trace whose enumerated sites are eliminated. */
export function eliminatedSum({ factors: { plain }, elimination: { terms } }: EliminatedTrace): Tensor {
  const all = [
    ...plain.filter(({ mask }) => mask !== false).map((site) => site.logProbSum),
    ...totalOf(terms),
  ];
  return all.length === 0 ? constant(0) : all.reduce((a, b) => a.add(b));
}

/**
 * Computes the log density of a model with its enumerated sites (`infer: { enumerate: "parallel"
 * }`, see `configEnumerate`) summed out, exactly, as NumPyro's `contrib.funsor.log_density`.
 *
 * @param values the (constrained) values of the other latent sites and of parameters by name; a
 * site without one is drawn, which needs `seed`
 * @returns the log density, a scalar, and the trace of the one run it is computed from
 * @throws Error where a site cannot be enumerated, or their sum takes too much memory.
 *
 * @example A mixture of two normals
 * ```ts
 * import { Categorical, configEnumerate, enumLogDensity } from "@pyrosaur/pyrosaur";
 * import { Normal, plate, sample } from "@pyrosaur/pyrosaur";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function model(data: Tensor) {
 *   const locs = tf.tensor([-1, 1]);
 *   using _data = plate("data", data.size);
 *   const z = sample("z", new Categorical([0.5, 0.5]));
 *   sample("x", new Normal(tf.gather(locs, z.cast("int32")), 1), { obs: data });
 * }
 * const { logDensity } = enumLogDensity(configEnumerate(model), [tf.tensor([0])], {});
 * assert(Math.abs(logDensity.dataSync()[0] - (-0.5 - 0.5 * Math.log(2 * Math.PI))) < 1e-6);
 * ```
 */
export function enumLogDensity<F extends AnyFunction>(
  model: F,
  args: Parameters<F>,
  values: NamedValues,
  options?: EnumerationOptions,
): { logDensity: Tensor; trace: Trace } {
  checkOptions("compute an enumerated log density", options, enumerationOptionNames);
  checkArguments("compute an enumerated log density", args);
  const given = substitute(model, { data: values });
  const dim = options?.firstAvailableDim ?? firstDim([given], args);
  const { trace } = logDensity(enumerate(given, { firstAvailableDim: dim }), args, {});
  checkNamed("compute an enumerated log density", values, trace.sites);
  return { logDensity: eliminatedSum(eliminateAll(trace)), trace };
}
