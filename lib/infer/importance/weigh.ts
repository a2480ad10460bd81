import { type AnyFunction, seed, type Trace, trace } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import { tracePair } from "../elbo/traces.ts";

/** One weighed draw: the run of the model, and log p(x, z) - log q(z). */
export interface Weighed {
  readonly run: Trace;
  readonly logWeight: Tensor;
}

/**
 * Draws once, from a guide or the prior, and weighs.
 *
 * @param given the names of the parameters that have values
 * @throws Error where model and guide do not match, and for a parameter of the guide without value.
 */
export function weigh(
  key: Key,
  model: AnyFunction,
  guide: AnyFunction | undefined,
  args: readonly unknown[],
  given: readonly string[],
): Weighed {
  if (!guide) {
    const run = trace(seed(model, key)).get(...args);
    // The densities of latent sites cancel out.
    return { run, logWeight: run.logProbSum((site) => site.isObserved) };
  }
  const { model: run, guide: own } = tracePair(key, model, guide, args);
  const missing = own.paramSites.find(({ name }) => !given.includes(name));
  if (missing) {
    throw new Error(
      `Cannot weigh draws of the guide: params lacks its parameter "${missing.name}"; pass the params that its ` +
        "training returned",
    );
  }
  return { run, logWeight: run.logProbSum().sub(own.logProbSum()) };
}

/** Returns the values of latent and computed sites by name. */
export function valuesOf(run: Trace): Record<string, Tensor> {
  const sites = [...run.stochasticSites, ...run.deterministicSites];
  return Object.fromEntries(sites.map(({ name }) => [name, run.value(name)]));
}
