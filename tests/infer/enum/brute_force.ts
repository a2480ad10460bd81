import fc from "fast-check";
import { Categorical } from "../../../lib/distributions/mod.ts";
import {
  type AnyFunction,
  configEnumerate,
  mask,
  plate,
  sample,
  scale,
  vindex,
} from "../../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

/** A number with its derivative in one direction. */
export interface Dual {
  readonly v: number;
  readonly d: number;
}
const dual = (v: number, d = 0): Dual => ({ v, d });
const add = (a: Dual, b: Dual): Dual => dual(a.v + b.v, a.d + b.d);
const times = (a: Dual, s: number): Dual => dual(a.v * s, a.d * s);
export function logSumExp(terms: readonly Dual[]): Dual {
  const peak = Math.max(...terms.map(({ v }) => v));
  if (peak === -Infinity) return dual(-Infinity);
  const total = terms.reduce((t, { v }) => t + Math.exp(v - peak), 0);
  return dual(
    peak + Math.log(total),
    terms.reduce((t, { v, d }) => t + (v === -Infinity ? 0 : Math.exp(v - peak) / total * d), 0),
  );
}

/** A site of a random model: categorical, with a table of logits for each value of its parents. */
export interface SiteSpec {
  readonly level: number;
  readonly size: number;
  readonly parents: readonly number[];
  readonly isObserved: boolean;
  readonly weight: number;
  /** A seed for logits, data, masks. */
  readonly seed: number;
  readonly isMasked: boolean;
}
/** A random model: sites in up to two nested plates. */
export interface ModelSpec {
  readonly sites: readonly SiteSpec[];
  readonly plates: readonly { readonly size: number; readonly taken: number }[];
  readonly weight: number;
}

const noise = (seed: number, i: number): number => {
  const x = Math.sin(seed * 12.9898 + i * 78.233 + 1) * 43758.5453;
  return x - Math.floor(x);
};
export const tableOf = (spec: ModelSpec, i: number): { shape: number[]; data: number[] } => {
  const { parents, size, seed } = spec.sites[i], shape = [...parents.map((p) => spec.sites[p].size), size];
  const count = shape.reduce((a, b) => a * b, 1);
  // Some values are impossible, never all of a row.
  const data = Array.from(
    { length: count },
    (_, k) => noise(seed, k) < 0.15 && k % size !== 0 ? -Infinity : 4 * noise(seed, k) - 2,
  );
  return { shape, data };
};
const member = (spec: ModelSpec, level: number, members: readonly number[]): number =>
  members.slice(0, level).reduce((at, m, l) => at * spec.plates[l].taken + m, 0);
const observedAt = (spec: ModelSpec, i: number, members: readonly number[]): number =>
  Math.floor(
    noise(spec.sites[i].seed, 1000 + member(spec, spec.sites[i].level, members)) * spec.sites[i].size,
  );
const countsAt = (spec: ModelSpec, i: number, members: readonly number[]): boolean =>
  !spec.sites[i].isMasked ||
  noise(spec.sites[i].seed, 2000 + member(spec, spec.sites[i].level, members)) < 0.5;

/** The model as a program; `tables` are the logits by site. */
export function modelOf(spec: ModelSpec, expand = false): AnyFunction {
  const perMember = (level: number, of: (members: number[]) => number): number[] => {
    const sizes = spec.plates.slice(0, level).map(({ taken }) => taken);
    const count = sizes.reduce((a, b) => a * b, 1);
    return Array.from(
      { length: count },
      (_, k) => of(level === 2 ? [Math.floor(k / sizes[1]), k % sizes[1]] : [k]),
    );
  };
  const inOrder = (level: number, flat: number[], dtype: "int32" | "bool") => {
    const sizes = spec.plates.slice(0, level).map(({ taken }) => taken);
    // The outer plate is the axis -2.
    return tf.tensor(flat, level === 1 ? [...sizes, 1] : sizes, dtype);
  };
  const model = (tables: Tensor[]) => {
    const values: Tensor[] = [];
    const at = (i: number) => {
      const { level, parents, isObserved, isMasked, weight } = spec.sites[i];
      const run = () => {
        const logits = vindex(tables[i], [...parents.map((p) => values[p]), null]);
        const obs = isObserved
          ? inOrder(level, perMember(level, (m) => observedAt(spec, i, m)), "int32")
          : undefined;
        values[i] = sample(`s${i}`, new Categorical({ logits }), { obs });
      };
      const masked = isMasked
        ? mask(run, inOrder(level, perMember(level, (m) => countsAt(spec, i, m) ? 1 : 0), "bool"))
        : run;
      (weight === 1 ? masked : scale(masked, weight))();
    };
    const [outer, inner] = spec.plates;
    const of = (level: number) => spec.sites.forEach((site, i) => site.level === level && at(i));
    of(0);
    using _outer = plate("outer", outer.size, {
      dim: -2,
      subsampleSize: outer.taken,
      subsample: all(outer.taken),
    });
    of(1);
    using _inner = plate("inner", inner.size, {
      dim: -1,
      subsampleSize: inner.taken,
      subsample: all(inner.taken),
    });
    of(2);
  };
  const all = (n: number) => tf.range(0, n, 1, "int32");
  const enumerated = configEnumerate(model, { expand });
  return spec.weight === 1 ? enumerated : scale(enumerated, spec.weight);
}

/** The log density with all latent sites summed out, by sums over all their values in each plate. */
export function bruteForce(spec: ModelSpec, tables: readonly (readonly Dual[])[]): Dual {
  const logProb = (i: number, values: readonly number[], members: readonly number[]): Dual => {
    const { parents, size, isObserved, weight } = spec.sites[i];
    // A mask hides data: what is summed out keeps its prior.
    if (isObserved && !countsAt(spec, i, members)) return dual(0);
    const row = parents.reduce((at, p) => at * spec.sites[p].size + values[p], 0) * size;
    const logits = tables[i].slice(row, row + size);
    return times(add(logits[values[i]], times(logSumExp(logits), -1)), weight);
  };
  const atLevel = (level: number, values: readonly number[], members: readonly number[]): Dual => {
    const mine = spec.sites.flatMap((site, i) => site.level === level ? [i] : []);
    const terms: Dual[] = [];
    const go = (k: number, values: readonly number[], sum: Dual): void => {
      if (k === mine.length) {
        const next = spec.plates[level];
        if (!next) return void terms.push(sum);
        let total = sum;
        for (let m = 0; m < next.taken; m++) {
          total = add(total, times(atLevel(level + 1, values, [...members, m]), next.size / next.taken));
        }
        return void terms.push(total);
      }
      const i = mine[k], { size, isObserved } = spec.sites[i];
      const choices = isObserved ? [observedAt(spec, i, members)] : Array.from({ length: size }, (_, v) => v);
      for (const value of choices) {
        const next = [...values];
        next[i] = value;
        const term = logProb(i, next, members);
        // An impossible value stays so, whatever follows.
        if (term.v === -Infinity) terms.push(dual(-Infinity));
        else go(k + 1, next, add(sum, term));
      }
    };
    go(0, values, dual(0));
    return logSumExp(terms);
  };
  return times(atLevel(0, [], []), spec.weight);
}

/** Random models of up to five sites in two nested plates. */
export const models: fc.Arbitrary<ModelSpec> = fc.record({
  plates: fc.tuple(
    ...[0, 1].map(() =>
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).map(([size, taken]) => ({
        size: Math.max(size, taken),
        taken,
      }))
    ),
  ),
  weight: fc.constantFrom(1, 1, 2.5),
  sites: fc.array(
    fc.record({
      level: fc.integer({ min: 0, max: 2 }),
      size: fc.integer({ min: 1, max: 3 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      isObserved: fc.boolean(),
      isMasked: fc.constantFrom(false, false, true),
      weight: fc.constantFrom(1, 1, 0.5),
      links: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
}).map(({ sites, ...rest }): ModelSpec => {
  // In the order of the program: outer sites first.
  const sorted = [...sites].sort((a, b) => a.level - b.level);
  return {
    ...rest,
    sites: sorted.map(({ links, weight, ...site }, i) => ({
      ...site,
      // Summed-out sites that belong together have one weight.
      weight: site.isObserved ? weight : 1,
      parents: sorted.flatMap((other, p) => p < i && links[p] && !other.isObserved ? [p] : []),
    })),
  };
});
