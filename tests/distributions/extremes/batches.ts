import { valueAndGrad } from "../../../lib/compile/mod.ts";
import type { Distribution } from "../../../lib/distributions/mod.ts";
import { type HostArray, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { cases } from "../reference.ts";
import { make, type Parameters } from "./makers.ts";

/** A number, a vector or a matrix. */
export type Numbers = number | readonly Numbers[];

/** A log density far out, and its slopes. */
export interface Case {
  readonly distribution: string;
  readonly params: Readonly<Record<string, Numbers | string>>;
  readonly value: Numbers;
  readonly log_prob: number;
  /** By the value, and by each parameter; null for counts, and where none is looked at. */
  readonly slopes: readonly (Numbers | null)[];
  /** The symmetric ones, whose slopes are by both entries of a pair, at the lower one. */
  readonly symmetric?: readonly string[];
}

/** Cases that one call scores: they differ in the numbers of the arguments alone. */
export interface Batch {
  readonly name: string;
  readonly cases: readonly Case[];
  /** The names of the arguments that are tensors: the value and parameters. */
  readonly names: readonly string[];
  readonly tensors: readonly Tensor[];
}

/** Parameters that are no tensors with a batch. */
const isShared = (name: string, x: unknown): boolean =>
  typeof x === "string" || name === "adj_matrix" || name === "t";
/** Families whose parameters have no batch. */
const isAlone = (name: string): boolean => name === "Empirical";

const shapeOf = (x: any): number[] => Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : [];

/** What the cases of a batch have in common. */
const signature = (c: Case, i: number): string =>
  JSON.stringify([
    c.distribution,
    isAlone(c.distribution) ? i : shapeOf(c.value),
    Object.entries(c.params).map(([name, x]) => [name, isShared(name, x) ? x : shapeOf(x)]),
    // The kind of number: a value may be an atom, or none.
    c.slopes[0] === null,
  ]);

/** Returns an argument of a case. */
export const argument = (c: Case, name: string): Numbers =>
  name === "value" ? c.value : c.params[name] as Numbers;

function batchOf(all: readonly Case[]): Batch {
  const [{ distribution: name, params }] = all;
  const names = ["value", ...Object.keys(params).filter((key) => !isShared(key, params[key]))];
  const tensors = names.map((key) => {
    const column = all.map((c) => argument(c, key));
    return tf.tensor((isAlone(name) ? column[0] : column) as number[]) as Tensor;
  });
  return { name, cases: all, names, tensors };
}

/** All cases, by distribution. */
export const families: Readonly<Record<string, readonly Batch[]>> = Object.fromEntries(
  Object.entries(Object.groupBy(cases("extremes.json") as Case[], (c) => c.distribution)).map(
    ([name, all]) => {
      const groups: Record<string, Case[]> = {};
      all!.forEach((c, i) => (groups[signature(c, i)] ??= []).push(c));
      return [name, Object.values(groups).map(batchOf)];
    },
  ),
);

const parsed = (x: Numbers | string): unknown => typeof x === "string" && /^\d+$/.test(x) ? Number(x) : x;

/** Makes the distributions of a batch from the tensors of its parameters. */
export function distributionOf(
  { name, names, cases: [{ params }] }: Batch,
  given: readonly Tensor[],
): Distribution {
  const all = Object.entries(params).map(([key, x]) => {
    const place = names.indexOf(key);
    return [key, place < 0 ? parsed(x) : given[place]];
  });
  return make(name, Object.fromEntries(all) as Parameters);
}

/** Returns the log densities of a batch and their slopes by each argument. */
export function scored(batch: Batch, given: readonly Tensor[]): [Tensor, Tensor[]] {
  const of = (...x: Tensor[]) => distributionOf(batch, x).logProb(x[0]);
  const argnums = given.map((_, i) => i);
  return [
    of(...given),
    valueAndGrad((...x: Tensor[]) => of(...x).sum(), { argnums })(...given).grad as Tensor[],
  ];
}

/** The results of `scored` on the host. */
export type Scored = readonly [densities: HostArray, slopes: readonly HostArray[]];
