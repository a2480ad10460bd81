import type { Variable } from "../../ppl/mod.ts";
import { lengthValue } from "../../ppl/mod.ts";
import { asTensor, type Tensor } from "../../tensor/mod.ts";
import type { Factor } from "./factors.ts";
import { at, type Axis, logSum, type Named, type Reduction, sumOf, without } from "./named.ts";
import { plan } from "./plan.ts";
import { describeWeight, overWeight, sameWeight, weighed, type Weight } from "./weights.ts";

/** The indices of the values chosen for variables, each with the axes of its plates. */
export type Choices = Map<Axis, Named>;

/**
 * Chooses an index of each row of a table, whose other axes are plates; `plates` are all those that
 * the variable is in.
 */
export type Pick = (table: Named, variable: Axis, plates: readonly Axis[]) => Named;

/** A variable that was eliminated, with the way back to a value of it. */
export interface Eliminated {
  /** Adds a value, given those of the variables that were eliminated later. */
  choose(choices: Choices, pick: Pick): void;
}

/** The result of an elimination. */
export interface Elimination {
  /** The terms that are left: the total is their sum over all axes, weighed. */
  readonly terms: readonly Factor[];
  /** The variables in the order in which they were eliminated. */
  readonly eliminated: readonly Eliminated[];
  /** The numbers that were computed. */
  readonly cost: number;
}

/** The input of an elimination. */
export interface Problem {
  /** The factors. */
  readonly factors: readonly Factor[];
  /** The variables to eliminate; others stay. */
  readonly variables: readonly Variable[];
  /** Their weights. */
  readonly weights: ReadonlyMap<Axis, Weight>;
  /** The rule (default: sums of probabilities). */
  readonly reduction?: Reduction;
}

/**
 * Eliminates variables from a product of factors by tensor variable elimination (Obermeyer et al.
 * 2019): those of the innermost plates first, each by a sum over a table no larger than needed;
 * then the members of the plate are multiplied, and what is left belongs to the plates around.
 *
 * A variable whose site has the weight s is summed out as s logsumexp(terms / s), the value of the
 * weighted ELBO at its best guide: weights that all factors share, as of a plate that subsamples
 * around them, stand outside the sum, others within.
 *
 * @throws Error where plates are not nested as a tree, where variables that belong together differ
 * in weight, and where a table is larger than one array may be.
 */
export function eliminate(problem: Problem): Elimination {
  const { reduction = logSum } = problem, isSummed = new Set<Axis>(problem.variables);
  const terms: Factor[] = [], eliminated: Eliminated[] = [];
  const plates = platesOf(problem);
  let pending = [...problem.factors], cost = 0;
  while (pending.length > 0) {
    const leaf = pending.reduce((a, b) => b.plates.size > a.plates.size ? b : a).plates;
    const here = pending.filter((factor) => sameSet(factor.plates, leaf));
    pending = pending.filter((factor) => !here.includes(factor));
    const locals = problem.variables.filter((v) => sameSet(plates.get(v)!, leaf));
    const left = contract(here, locals);
    for (const factor of left) {
      const others = factor.table.axes.filter((axis) => isSummed.has(axis)) as Variable[];
      if (others.length === 0) terms.push(factor);
      else pending.push(multiplied(factor, others));
    }
  }
  return { terms, eliminated, cost };

  /** Eliminates variables from factors of the same plates. */
  function contract(factors: readonly Factor[], variables: readonly Variable[]): readonly Factor[] {
    let rest = [...factors];
    const planned = plan(
      rest.map(({ table }) => table.axes),
      variables.filter((v) => rest.some(({ table }) => table.axes.includes(v))),
    );
    cost += planned.cost;
    for (const { variable } of planned.steps) {
      const mine = rest.filter(({ table }) => table.axes.includes(variable));
      const weight = problem.weights.get(variable)!;
      for (const { table } of mine) table.axes.forEach((axis) => checkWeights(variable, axis, variables));
      const operands = mine.map((factor) => relative(factor, weight, variable));
      eliminated.push(choiceOf(variable, operands, factors[0].plates));
      rest = [...rest.filter((factor) => !mine.includes(factor)), {
        table: without(sumOf(operands), variable, reduction),
        plates: factors[0].plates,
        weight,
        sites: mine.flatMap(({ sites }) => sites),
      }];
    }
    return rest;
  }

  function checkWeights(variable: Axis, other: Axis, locals: readonly Axis[]): void {
    const [own, another] = [variable, other].map((axis) => problem.weights.get(axis)!);
    if (variable === other || !locals.includes(other) || sameWeight(own, another)) return;
    throw new Error(
      `Cannot sum out sites "${variable.name}" and "${other.name}" together: their log densities are scaled by ` +
        `different weights (${[own, another].map(describeWeight).join(" and ")}); scale both alike`,
    );
  }

  /** Multiplies the members of plates that no variable left in a factor is in. */
  function multiplied(factor: Factor, left: readonly Variable[]): Factor {
    const kept = new Set(left.flatMap((v) => [...plates.get(v)!]));
    const gone = [...factor.plates].filter((axis) => !kept.has(axis));
    if (gone.length === 0) refuseTangle(factor, left);
    const stuck = factor.table.axes.find((axis) =>
      !isSummed.has(axis) && gone.some((p) => plates.get(axis)?.has(p))
    );
    if (stuck) refuseGlobal(left[0], stuck, gone);
    return productOver(factor, gone);
  }
}

/** Returns the plates of each variable, kept ones too, as axes. */
function platesOf({ factors, variables }: Problem): Map<Axis, ReadonlySet<Axis>> {
  const byName = new Map(factors.flatMap(({ plates }) => [...plates]).map((axis) => [axis.name, axis]));
  const all = new Set<Axis>([...variables, ...factors.flatMap(({ table }) => table.axes)]);
  const isVariable = (axis: Axis): axis is Variable => "plates" in axis;
  return new Map(
    [...all].filter(isVariable).map((v) => [v, new Set(v.plates.map(({ name }) => byName.get(name)!))]),
  );
}

/** Multiplies the members of plates: sums their log densities. */
export function productOver(factor: Factor, plates: readonly Axis[]): Factor {
  // A weight for each member belongs to the members.
  const isOne = typeof factor.weight === "number";
  const { tensor, axes } = isOne ? factor.table : weighed(factor.table, factor.weight);
  const has = (axis: Axis) => axes.includes(axis);
  const summed = plates.filter(has).map((axis) => axes.indexOf(axis));
  let sum = tensor;
  if (summed.length > 0) sum = sum.sum(summed);
  for (const axis of plates.filter((p) => !has(p))) {
    if (axis.size !== 1) sum = sum.mul(asTensor(lengthValue(axis.size)));
  }
  return {
    table: { tensor: sum, axes: axes.filter((axis) => !plates.includes(axis)) },
    plates: new Set([...factor.plates].filter((axis) => !plates.includes(axis))),
    weight: isOne ? factor.weight : 1,
    sites: factor.sites,
  };
}

/** Sums the terms of an elimination over all their plates. */
export function totalOf(terms: readonly Factor[]): Tensor[] {
  return terms.map((term) => {
    const { table, weight } = productOver(term, [...term.plates]);
    return weighed(table, weight).tensor;
  });
}

/** Returns a factor's table where one of its variables, of a weight, is summed out. */
function relative({ table, weight }: Factor, to: Weight, variable: Axis): Named {
  if (sameWeight(weight, to)) return table;
  if (to === 0) {
    throw new Error(
      `Cannot sum out site "${variable.name}": its log density is scaled by 0, those that depend on it are not`,
    );
  }
  return weighed(table, overWeight(weight, to));
}

function choiceOf(variable: Axis, operands: readonly Named[], plates: ReadonlySet<Axis>): Eliminated {
  return {
    choose(choices, pick) {
      const rows = operands.map((operand) => {
        const given = operand.axes.filter((axis) => axis !== variable && choices.has(axis));
        return given.reduce((table, axis) => at(table, axis, choices.get(axis)!), operand);
      });
      choices.set(variable, pick(sumOf(rows), variable, [...plates]));
    },
  };
}

const list = (names: readonly string[]): string =>
  [...new Set(names)].map((name) => `"${name}"`).join(" and ");

function refuseTangle({ sites, plates }: Factor, left: readonly Variable[]): never {
  throw new Error(
    `Cannot sum out sites ${list(left.map(({ name }) => name))}: ${list(sites)} in the plates ` +
      `${
        list([...plates].map(({ name }) => name))
      } depends on members of both, so that the sum does not factorise; nest ` +
      "their plates, or draw one of the sites from a guide",
  );
}

function refuseGlobal({ name }: Axis, kept: Axis, gone: readonly Axis[]): never {
  throw new Error(
    `Cannot sum out site "${name}" of the model: in plate ${
      list(gone.map((plate) => plate.name))
    } below it the guide ` +
      `enumerates "${kept.name}", and the sum over "${name}" needs all its members at once; enumerate "${name}" in the guide`,
  );
}

const sameSet = (a: ReadonlySet<Axis>, b: ReadonlySet<Axis>): boolean =>
  a.size === b.size && [...a].every((axis) => b.has(axis));
