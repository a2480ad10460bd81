import type { Distribution } from "../distributions/mod.ts";
import type { Shape } from "../tensor/mod.ts";

/**
 * The prior over parameters: one distribution for all, one by name, or a function of name and
 * shape. Parameters without one stay parameters.
 */
export type Prior =
  | Distribution
  | Readonly<Record<string, Distribution>>
  | ((name: string, shape: Shape) => Distribution | undefined);

/** Returns the prior of one parameter. */
export function priorOf(prior: Prior, name: string, shape: Shape): Distribution | undefined {
  if (typeof prior === "function") return prior(name, shape);
  if (isDistribution(prior)) return prior;
  return Object.hasOwn(prior, name) ? prior[name] : undefined;
}

const isDistribution = (prior: object): prior is Distribution => "logProb" in prior;
