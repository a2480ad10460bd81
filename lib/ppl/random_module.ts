import { closest } from "../system/mod.ts";
import { lift, type Prior, priorByName, priorOf } from "./handlers/lift.ts";
import { module, type Net } from "./module.ts";

/**
 * Makes a network whose parameters are drawn from priors, as Pyro's `random_module` and NumPyro's
 * `random_flax_module`: each is a sample site named as in `module`. In a guide the distributions
 * have parameters of their own; `meanField` makes such.
 *
 * @param prior one distribution for every parameter (repeated over its entries), one by name within
 * the module such as `weight`, or a function of that name and the shape; parameters without one
 * stay parameters
 * @returns the network as a function of its inputs
 * @throws Error that names the parameter where the shape of its prior does not broadcast to its
 * own, and the prior that has the name of no parameter.
 */
export function randomModule<P, A extends unknown[], R>(
  name: string,
  net: Net<P, A, R>,
  prior: Prior,
): (...inputs: A) => R {
  const names: string[] = [];
  const run = lift(() => module(name, net), (full, shape) => {
    const within = full.slice(name.length).replace(/^\./, "");
    names.push(within);
    return priorOf(prior, within, shape);
  })();
  const left = Object.keys(priorByName(prior) ?? {}).find((given) => !names.includes(given));
  if (left === undefined) return run;
  throw new Error(
    `Cannot draw module "${name}": there is a prior for "${left}"${closest(left, names)}, expected ${
      names.map((n) => `"${n}"`).join(", ")
    }`,
  );
}
