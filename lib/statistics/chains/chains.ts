import type { HostArray, Tensor } from "../../tensor/mod.ts";
import { normalQuantile } from "../normal_quantile.ts";
import { median } from "../quantile.ts";

/** The draws of one number: a list for each chain, all of one length. */
export type Chains = readonly ArrayLike<number>[];

/** Returns the numbers of an array, of one in main memory without a copy. */
export const numbersIn = (array: HostArray | Tensor): ArrayLike<number> =>
  "dataSync" in array ? array.dataSync() : array.data as ArrayLike<number>;

/**
 * Returns the draws of one number of a site, a list for each chain.
 *
 * @param draws `[chains, draws, ...shape of the site]`, as `MCMCResult.chains` has them
 * @param element the number's index in the site's shape, row-major (default 0)
 */
export function chainsOf(draws: HostArray | Tensor, element: number = 0): Float64Array[] {
  const data = numbersIn(draws), [chains, count, ...shape] = draws.shape;
  const size = shape.reduce((n, s) => n * s, 1);
  return Array.from(
    { length: chains },
    (_, c) => Float64Array.from({ length: count }, (_, i) => data[(c * count + i) * size + element]),
  );
}

/** Throws where chains are no list of lists, such as an array with its shape. */
export function checkChains(chains: unknown): void {
  if (Array.isArray(chains) && chains.every((chain) => typeof chain?.length === "number")) return;
  throw new Error(
    "Cannot diagnose chains: expected a list with the draws of each, such as chainsOf(result.chains.x)",
  );
}

/** Returns the numbers of all chains as one list. */
export function pooled(chains: Chains): Float64Array {
  const all = new Float64Array(chains.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const chain of chains) all.set(chain, (at += chain.length) - chain.length);
  return all;
}

/** Cuts numbers into lists as long as those of some chains. */
function likewise(all: Float64Array, chains: Chains): Float64Array[] {
  let at = 0;
  return chains.map(({ length }) => all.subarray(at, at += length));
}

/**
 * Tells whether there is nothing to diagnose: fewer chains or draws than needed, or a NaN.
 * @throws Error for chains of different lengths.
 */
export function isTooLittle(chains: Chains, minChains: number, minDraws = 4): boolean {
  checkChains(chains);
  const lengths = new Set(chains.map(({ length }) => length));
  if (lengths.size > 1) {
    throw new Error(`Cannot diagnose chains of lengths ${[...lengths].join(" and ")}: expected one length`);
  }
  return chains.length < minChains || (chains[0]?.length ?? 0) < minDraws ||
    chains.some((chain) => Array.prototype.some.call(chain, Number.isNaN));
}

/** Splits each chain in two halves; of an odd number the draw in the middle is left out. */
export function splitChains(chains: Chains): Float64Array[] {
  const all = chains.map((chain) => Float64Array.from(chain)), half = chains[0].length >> 1;
  return [...all.map((c) => c.subarray(0, half)), ...all.map((c) => c.subarray(c.length - half))];
}

/**
 * Returns the normal scores of the draws' ranks among all, the mean rank where some are equal (Blom
 * 1958).
 */
export function rankNormalised(chains: Chains): Float64Array[] {
  const all = pooled(chains), n = all.length, ranks = new Float64Array(n);
  const order = Uint32Array.from(all, (_, i) => i).sort((a, b) => all[a] - all[b]);
  for (let from = 0, to: number; from < n; from = to) {
    for (to = from + 1; to < n && all[order[to]] === all[order[from]]; to++);
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to + 1) / 2;
  }
  return likewise(ranks.map((rank) => normalQuantile((rank - 3 / 8) / (n + 1 / 4))), chains);
}

/** Returns the distances of draws from the median of all. */
export function folded(chains: Chains): Float64Array[] {
  const all = pooled(chains), middle = median(all);
  return likewise(all.map((x) => Math.abs(x - middle)), chains);
}
