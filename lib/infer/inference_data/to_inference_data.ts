import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { type AnyFunction, checkArguments } from "../../ppl/mod.ts";
import { logLikelihood, type MCMCResult } from "../mcmc/mod.ts";
import type { Draws } from "../predictive/mod.ts";
import { lookAt } from "./axes.ts";
import type { Coords, Group } from "./groups.ts";
import { InferenceData } from "./inference_data.ts";
import { type Arrays, Naming } from "./naming.ts";

/** Options of `toInferenceData`. */
export interface InferenceDataOptions {
  /** The model: its plates name the axes, its observed sites are the data (default: none). */
  model?: AnyFunction;
  /** The arguments of the model (default none). */
  args?: readonly unknown[];
  /** True for log likelihoods too, or those that `logLikelihood` returned (default false). */
  logLikelihood?: boolean | Draws;
  /** Draws from the prior, `[draws, ...]`, latent and observed, as `Predictive` returns them. */
  prior?: Draws;
  /** Draws of data from the posterior, `[draws, ...]`, as `Predictive` returns them. */
  posteriorPredictive?: Draws;
  /**
   * Names for the axes of sites, by the site's name (default: of plates, `theta_dim_0` where there
   * is none).
   */
  dims?: Readonly<Record<string, readonly string[]>>;
  /** The places along axes, by the axis' name (default 0, 1 ...). */
  coords?: Coords;
}

const optionNames: OptionNames<InferenceDataOptions> = {
  model: true,
  args: true,
  logLikelihood: true,
  prior: true,
  posteriorPredictive: true,
  dims: true,
  coords: true,
};

/** ArviZ's names of the statistics of transitions. */
const STATISTICS: Readonly<Record<string, string>> = {
  logDensity: "lp",
  energy: "energy",
  acceptProb: "acceptance_rate",
  stepSize: "step_size",
  numSteps: "n_steps",
  treeDepth: "tree_depth",
  diverging: "diverging",
};

/** Returns the statistics of transitions under ArviZ's names. */
function statisticsOf(group: Group): Group {
  const whole = new Set(["numSteps", "treeDepth", "diverging"]);
  const variables = Object.entries(group.variables).map(([name, variable]) => [
    STATISTICS[name] ?? name,
    {
      ...variable,
      ...(whole.has(name) && { data: Int32Array.from(variable.data) }),
      ...(name === "diverging" && { isBoolean: true }),
    },
  ]);
  return { ...group, variables: Object.fromEntries(variables) };
}

/**
 * Puts the draws of chains, their statistics, log likelihoods, predictions and data into the groups
 * of ArviZ's schema, as ArviZ's `from_numpyro`: arviz-base, arviz-stats and arviz-plots read them
 * from the file that `writeNetCDF` writes, or from JSON.
 *
 * @param result chains, as `MCMC.run` returns them
 *
 * Throws (rejects) for names and places that do not fit, and as `logLikelihood` does.
 *
 * @example A file that `xarray.open_datatree` and arviz-base's `convert_to_datatree` open
 * ```ts
 * import { key, MCMC, Normal, NUTS, plate, sample, toInferenceData } from "@pyrosaur/pyrosaur";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = (y: Tensor) => {
 *   using _towns = plate("towns", 2);
 *   sample("y", new Normal(sample("mean", new Normal(0, 1)), 1), { obs: y });
 * };
 * const args = [tf.tensor([1, 2])], file = await Deno.makeTempFile({ suffix: ".nc" });
 * const mcmc = new MCMC(new NUTS(model), { numWarmup: 100, numSamples: 100 });
 * const data = await toInferenceData(await mcmc.run(key(0), args), {
 *   model,
 *   args,
 *   logLikelihood: true,
 *   coords: { towns: ["Bern", "Bonn"] },
 * });
 * assert.match(String(data), /log_likelihood: y \(chain, draw, towns\)/);
 * await data.writeNetCDF(file);
 * await Deno.remove(file);
 * ```
 */
export async function toInferenceData(
  result: MCMCResult,
  options?: InferenceDataOptions,
): Promise<InferenceData> {
  checkOptions("export draws", options, optionNames);
  const { model, args = [], prior, posteriorPredictive, dims = {}, coords = {} } = options ?? {};
  checkArguments("export draws", args);
  const { logLikelihood: asked = false } = options ?? {};
  if (asked === true && !model) {
    throw new Error("Cannot export the log likelihood: expected the option model, whose data it is of");
  }
  const { axes, observed } = model ? await lookAt(model, args) : { axes: {}, observed: {} };
  const naming = new Naming(axes, dims, coords);
  const { numChains, numSamples, samples } = result, lead = [numChains, numSamples] as const;
  const drawn = (arrays: Arrays, isBatch = false) => {
    const count = Object.values(arrays)[0]?.shape[0] ?? 0;
    const own = count === numChains * numSamples ? lead : [1, count] as const;
    return naming.group(arrays, own, 1, isBatch);
  };
  const pick = (arrays: Arrays, isData: boolean) =>
    Object.fromEntries(Object.entries(arrays).filter(([name]) => Object.hasOwn(observed, name) === isData));
  const likelihoods = asked === true ? pick(await logLikelihood(model!, samples, args), true) : asked || {};
  const groups: Record<string, Group> = {
    posterior: naming.group(samples, lead),
    sample_stats: statisticsOf(naming.group(result.extraFields, lead, 2)),
    log_likelihood: drawn(likelihoods, true),
    posterior_predictive: drawn(posteriorPredictive ?? {}),
    prior: drawn(pick(prior ?? {}, false)),
    prior_predictive: drawn(pick(prior ?? {}, true)),
    observed_data: naming.group(observed),
  };
  naming.checkUse();
  return new InferenceData(
    Object.fromEntries(
      Object.entries(groups).filter(([, { variables }]) => Object.keys(variables).length > 0),
    ),
  );
}
