import { lift, type Prior, priorOf } from "./handlers/lift.ts";
import { module, type Net } from "./module.ts";

/**
 * Makes a network whose parameters are drawn from priors, as Pyro's `random_module`: each is a
 * sample site named as in `module`.
 *
 * @param prior one distribution for every parameter (repeated over its entries), one by name within
 * the module such as `weight`, or a function of that name and the shape; parameters without one
 * stay parameters
 * @returns the network as a function of its inputs
 */
export function randomModule<P, A extends unknown[], R>(
  name: string,
  net: Net<P, A, R>,
  prior: Prior,
): (...inputs: A) => R {
  const within = (full: string): string => full.slice(name.length).replace(/^\./, "");
  return lift(() => module(name, net), (full, shape) => priorOf(prior, within(full), shape))();
}
