import { Bernoulli, Categorical, type Distribution, OneHotCategorical } from "../../distributions/mod.ts";
import { grad } from "../../compile/mod.ts";
import {
  type AnyFunction,
  checkArguments,
  checkNamed,
  enumerate,
  type NamedValues,
  substitute,
  trace,
} from "../../ppl/mod.ts";
import { checkOptions, emptyRecord } from "../../system/mod.ts";
import { type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { eliminate, totalOf } from "./eliminate.ts";
import { Factors } from "./factors.ts";
import { enumerationOptionNames, type EnumerationOptions, firstDim } from "./log_density.ts";
import type { Axis } from "./named.ts";

/**
 * Computes the posterior marginals of the enumerated sites of a model, given the data and the
 * values of all other latent sites, as Pyro's `TraceEnum_ELBO.compute_marginals`: exactly, as
 * derivatives of the log density; of all steps of a chain in one go there and one back.
 *
 * @param values the (constrained) values of the other latent sites and of parameters by name
 * @returns by name of the site a `Bernoulli`, a `OneHotCategorical` or a `Categorical` (over the
 * places of the values in the support), whose batch shape has the site's plates, and in front the
 * steps of a scan
 *
 * @example The component of a point
 * ```ts
 * import { Bernoulli, computeMarginals, configEnumerate } from "@pyrosaur/pyrosaur";
 * import { Normal, sample } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = configEnumerate(() => {
 *   const z = sample("z", new Bernoulli(0.5));
 *   sample("x", new Normal(z, 1), { obs: 1 });
 * });
 * const [odds] = (computeMarginals(model, [], {}).z as Bernoulli).logits.dataSync();
 * assert(Math.abs(odds - 0.5) < 1e-5);
 * ```
 */
export function computeMarginals<F extends AnyFunction>(
  model: F,
  args: Parameters<F>,
  values: NamedValues,
  options?: EnumerationOptions,
): Record<string, Distribution> {
  checkOptions("compute marginals", options, enumerationOptionNames);
  checkArguments("compute marginals", args);
  const given = substitute(model, { data: values });
  const firstAvailableDim = options?.firstAvailableDim ?? firstDim([given], args);
  const run = () => {
    const run = trace(enumerate(given, { firstAvailableDim })).get(...args);
    checkNamed("compute marginals", values, run.sites);
    return new Factors(run);
  };
  const look = run(), names = look.variables.map((variable) => look.own.get(variable)!.name);
  const axes = look.variables.map((variable) => axesOf(look, variable));
  const density = (shifts: Tensor[]): Tensor => {
    const factors = run(), { weights, plates, variables, chains } = factors;
    // A shift of the log density of each value: its slope is the probability of the value.
    const shifted = variables.map((variable, i) => ({
      table: { tensor: shifts[i], axes: axesOf(factors, variable) },
      plates: plates.get(variable)!,
      weight: weights.get(variable)!,
      sites: [variable.name],
    }));
    const all = [...factors.factors, ...shifted];
    return totalOf(eliminate({ factors: all, weights, plates, variables, chains }).terms)
      .reduce((a, b) => a.add(b));
  };
  const slopes: Tensor[] = grad(density)(axes.map((own) => tf.zeros(own.map(({ size }) => size)) as Tensor));
  const marginals = emptyRecord<Distribution>();
  look.variables.forEach((variable, i) => {
    const site = look.own.get(variable)!, last = axes[i].indexOf(variable);
    const order = axes[i].map((_, axis) => axis).filter((axis) => axis !== last);
    const rows = slopes[i].transpose([...order, last]);
    // Slopes are weighed as the site is.
    const probs = rows.div(rows.sum(-1, true));
    const shape = batchShape(axes[i].filter((axis) => axis !== variable), look.timeOf(site));
    marginals[names[i]] = marginalOf(site.distribution.name, probs.reshape([...shape, variable.size]));
  });
  return marginals;
}

/** Returns the axes of a table with all members' values of a variable. */
function axesOf(factors: Factors, variable: Axis): Axis[] {
  return [...factors.plates.get(variable)!, variable].sort((a, b) => a.dim - b.dim);
}

/** Returns the shape in which plates have their places, the steps of a scan in front. */
function batchShape(axes: readonly Axis[], time: Axis | undefined): Shape {
  const plates = axes.filter((axis) => axis !== time);
  const shape = Array<number>(Math.max(0, ...plates.map(({ dim }) => -dim))).fill(1);
  for (const { dim, size } of plates) shape[shape.length + dim] = size;
  return time ? [time.size, ...shape] : shape;
}

function marginalOf(family: string, probs: Tensor): Distribution {
  if (family === "OneHotCategorical") return new OneHotCategorical({ probs }, { validate: false });
  if (family !== "Bernoulli") return new Categorical({ probs }, { validate: false });
  const { shape } = probs, from = shape.map(() => 0).with(-1, 1);
  return new Bernoulli({ probs: probs.slice(from, shape.with(-1, 1)).squeeze([-1]) }, { validate: false });
}
