import { lengthValue, type Variable } from "../../ppl/mod.ts";
import { asTensor, type Tensor } from "../../tensor/mod.ts";
import { ChainElimination } from "./chain.ts";
import type { Chain } from "./chain_axes.ts";
import type { Choices, Chooser } from "./choices.ts";
import { EliminationPlan, type PlannedTable, plannedTable } from "./elimination_plan.ts";
import { type Factor, isVariable } from "./factors.ts";
import { type Axis, logSum, type Named, type Reduction, sumOf, without, withoutPeak } from "./named.ts";
import { plan } from "./plan.ts";
import { describeWeight, overWeight, sameWeight, weighed, type Weight } from "./weights.ts";

/** A variable or a chain of them that was eliminated, with the way back to values of it. */
export interface Eliminated {
  /** Adds values, given those of the variables that were eliminated later. */
  choose(choices: Choices, chooser: Chooser): void;
}

/** The result of an elimination. */
export interface Elimination {
  /** The terms that are left: the total is their sum over all axes, weighed. */
  readonly terms: readonly Factor[];
  /** The variables in the order in which they were eliminated. */
  readonly eliminated: readonly Eliminated[];
  /** The order and the cost. */
  readonly plan: EliminationPlan;
  /** The plates whose members were multiplied below sums, and the variables of those sums. */
  readonly below: readonly { readonly variables: readonly Axis[]; readonly plates: readonly Axis[] }[];
}

/** The input of an elimination. */
export interface Problem {
  /** The factors. */
  readonly factors: readonly Factor[];
  /** The variables to eliminate; others stay. */
  readonly variables: readonly Axis[];
  /** The weights of all variables. */
  readonly weights: ReadonlyMap<Axis, Weight>;
  /** The plates of all variables. */
  readonly plates: ReadonlyMap<Axis, ReadonlySet<Axis>>;
  /** The loops whose sites depend on those of earlier steps (default: none). */
  readonly chains?: readonly Chain[];
  /** True where each term is to be one table, with its largest numbers in it (default false). */
  readonly isWhole?: boolean;
}

/**
 * Eliminates variables from a product of factors by tensor variable elimination (Obermeyer et al.
 * 2019): those of the innermost plates first, each by a sum over a table no larger than needed;
 * then the members of the plate are multiplied, and what is left belongs to the plates around. The
 * steps of a loop are a plate, unless its sites depend on those of earlier steps: such a chain is
 * eliminated step by step.
 *
 * A variable whose site has the weight s is summed out as s logsumexp(terms / s), the value of the
 * weighted ELBO at its best guide: weights that all factors share, as of a plate that subsamples
 * around them, stand outside the sum, others within.
 *
 * @throws Error where plates are not nested as a tree, where variables that belong together differ
 * in weight, and where a table is larger than one array may be.
 */
export function eliminate(problem: Problem, reduction: Reduction = logSum): Elimination {
  const { weights, plates, chains = [], isWhole = false } = problem;
  const carried = new Set<Axis>(chains.flatMap(({ variables }) => variables));
  const ends = chains.flatMap(({ loop }) => [...loop.ends.values()]);
  const isSummed = new Set([...problem.variables, ...chains.flatMap(({ loop }) => loop.all), ...ends]);
  const terms: Factor[] = [], eliminated: Eliminated[] = [];
  const below: Elimination["below"][number][] = [];
  const tables: PlannedTable[] = [];
  let pending = [...problem.factors];
  while (pending.length > 0) {
    const leaf = pending.reduce((a, b) => depthOf(b) > depthOf(a) ? b : a).plates;
    const here = takeWhere((factor) => sameSet(factor.plates, leaf));
    const locals = problem.variables.filter((v) => !carried.has(v) && sameSet(plates.get(v)!, leaf));
    const left = contract(here, locals), chain = chains.find((one) => sameSet(one.plates, leaf));
    const isOwn = (axis: Axis) => chain?.loop.all.includes(axis as Variable) ?? false;
    const links = left.filter(({ table }) => table.axes.some(isOwn));
    for (const factor of left.filter((one) => !links.includes(one))) settle(factor);
    if (chain) pending = [...chained(chain, links), ...pending];
  }
  return { terms, eliminated, plan: new EliminationPlan(tables), below };

  /** The number of plates; a chain waits for what follows it in plates within its own. */
  function depthOf({ plates }: Factor): number {
    const chain = chains.find(({ time }) => plates.has(time));
    return chain ? plates.size - 0.5 + chain.order * 1e-6 : plates.size;
  }

  function takeWhere(isTaken: (factor: Factor) => boolean): Factor[] {
    const taken = pending.filter(isTaken);
    pending = pending.filter((factor) => !taken.includes(factor));
    return taken;
  }

  /** Keeps a factor as a term, or for the plates around, whose variables it still has. */
  function settle(factor: Factor): void {
    const others = factor.table.axes.filter((axis) => isSummed.has(axis));
    if (others.length === 0) terms.push(factor);
    else pending.push(multiplied(factor, others));
  }

  /** Eliminates variables from factors of the same plates. */
  function contract(factors: readonly Factor[], variables: readonly Axis[]): readonly Factor[] {
    let rest = [...factors];
    const peaks: Factor[] = [];
    const planned = plan(
      rest.map(({ table }) => table.axes),
      variables.filter((v) => rest.some(({ table }) => table.axes.includes(v))),
    );
    for (const [i, { variable, axes }] of planned.entries()) {
      tables.push(plannedTable(variable.name, axes));
      const mine = rest.filter(({ table }) => table.axes.includes(variable)), weight = weights.get(variable)!;
      for (const { table } of mine) table.axes.forEach((axis) => checkWeights(variable, axis, variables));
      const operands = mine.map((factor) => relative(factor, weight, variable)), own = factors[0].plates;
      eliminated.push({
        choose: (choices, chooser) => chooser.choose({ variable, operands }, choices, own),
      });
      const table = without(sumOf(operands), variable, reduction), sites = mine.flatMap(({ sites }) => sites);
      const whole = { table, plates: own, weight, sites };
      const [left, ...peak] = i % SUMS === SUMS - 1 && !isWhole ? inParts(whole) : [whole];
      rest = [...rest.filter((factor) => !mine.includes(factor)), left];
      peaks.push(...peak);
    }
    return [...rest, ...merged(peaks)];
  }

  /** Eliminates a chain from the terms of its steps and those that depend on its last ones. */
  function chained(chain: Chain, links: readonly Factor[]): Factor[] {
    const { weight, variables, time, loop } = chain, [first] = variables, last = [...loop.ends.values()];
    for (const other of variables) checkWeights(first, other, variables);
    if (typeof weight !== "number" && weight.axes.includes(time)) refuseWeight(first);
    const tails = takeWhere(({ table }) => table.axes.some((axis) => last.includes(axis as Variable)));
    const terms = (factors: readonly Factor[]) => factors.map((factor) => relative(factor, weight, first));
    const elimination = new ChainElimination(chain, terms(links), terms(tails), reduction);
    eliminated.push(elimination);
    tables.push(...elimination.planned);
    return elimination.result.map((table) => ({
      table,
      plates: new Set([...chain.plates].filter((axis) => axis !== time)),
      weight,
      sites: [...links, ...tails].flatMap(({ sites }) => sites),
    }));
  }

  function checkWeights(variable: Axis, other: Axis, locals: readonly Axis[]): void {
    const [own, another] = [variable, other].map((axis) => weights.get(axis)!);
    if (variable === other || !locals.includes(other) || sameWeight(own, another)) return;
    throw new Error(
      `Cannot sum out sites "${variable.name}" and "${other.name}" together: their log densities are scaled by ` +
        `different weights (${[own, another].map(describeWeight).join(" and ")}); scale both alike`,
    );
  }

  /** Multiplies the members of plates that no variable left in a factor is in. */
  function multiplied(factor: Factor, left: readonly Axis[]): Factor {
    const kept = new Set(left.flatMap((v) => [...plates.get(v)!]));
    const gone = [...factor.plates].filter((axis) => !kept.has(axis));
    if (gone.length === 0) refuseTangle(factor, left);
    const stuck = factor.table.axes.find((axis) =>
      isVariable(axis) && !isSummed.has(axis) && gone.some((p) => plates.get(axis)?.has(p))
    );
    if (stuck) refuseGlobal(left[0], stuck, gone);
    below.push({ variables: left, plates: gone });
    const [rest, ...peak] = isWhole ? [factor] : inParts(factor);
    terms.push(...peak);
    return productOver(rest, gone);
  }
}

/** The number of sums after which the largest numbers are taken out, lest digits are lost. */
const SUMS = 4;

/** Returns a factor of variables without its largest numbers, and those as a factor. */
function inParts(factor: Factor): Factor[] {
  if (!factor.table.axes.some(isVariable)) return [factor];
  const { rest, peak } = withoutPeak(factor.table, isVariable);
  return [{ ...factor, table: rest }, { ...factor, table: peak }];
}

/** Adds the factors of the same plates that are weighed alike. */
function merged(factors: readonly Factor[]): Factor[] {
  const [first, ...others] = factors;
  if (!first) return [];
  const alike = others.filter(({ weight }) => sameWeight(weight, first.weight));
  const table = sumOf([first, ...alike].map(({ table }) => table));
  return [{ ...first, table }, ...merged(others.filter((factor) => !alike.includes(factor)))];
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

const list = (names: readonly string[]): string =>
  [...new Set(names)].map((name) => `"${name}"`).join(" and ");

function refuseWeight({ name }: Axis): never {
  throw new Error(
    `Cannot sum out site "${name}" of a scan: its steps are scaled by different weights, and its sum takes all steps together; ` +
      "scale all steps alike",
  );
}

function refuseTangle({ sites, plates }: Factor, left: readonly Axis[]): never {
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
