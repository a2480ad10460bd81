/** The prior draws of the shape, and of its position; see `fitPareto`. */
const PRIOR_SHAPE = 10, PRIOR_POSITION = 3;

/** log(sum(exp(x))). */
export function logSumExp(x: ArrayLike<number>): number {
  let most = -Infinity, sum = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, x[i]);
  if (Math.abs(most) === Infinity) return most;
  for (let i = 0; i < x.length; i++) sum += Math.exp(x[i] - most);
  return most + Math.log(sum);
}

/**
 * Fits a generalised Pareto distribution to sorted positive numbers (Zhang and Stephens 2009), its
 * shape drawn towards 0.5 as by ten observations (Vehtari et al. 2024).
 */
function fitPareto(tail: Float64Array): { k: number; sigma: number } {
  const n = tail.length, count = 30 + Math.floor(Math.sqrt(n));
  const shapeAt = (b: number) => {
    let sum = 0;
    for (const x of tail) sum += Math.log1p(-b * x);
    return sum / n;
  };
  const quarter = tail[Math.floor(n / 4 + 0.5) - 1];
  const candidates = Array.from(
    { length: count },
    (_, i) => 1 / tail[n - 1] + (1 - Math.sqrt(count / (i + 0.5))) / (PRIOR_POSITION * quarter),
  );
  const scores = candidates.map((b) => {
    const k = shapeAt(b);
    return n * (Math.log(-b / k) - k - 1);
  });
  const total = logSumExp(scores), weights = scores.map((score) => Math.exp(score - total));
  const kept = weights.map((w) => w >= 10 * Number.EPSILON ? w : 0), sum = kept.reduce((a, b) => a + b);
  const b = candidates.reduce((all, candidate, i) => all + candidate * kept[i] / sum, 0);
  const k = shapeAt(b);
  return { k: (n * k + PRIOR_SHAPE * 0.5) / (n + PRIOR_SHAPE), sigma: -k / b };
}

/** Log weights whose largest are smoothed, normalised, with the shape of their tail. */
export interface SmoothedWeights {
  /** The logs of the weights, which sum to 1. */
  readonly logWeights: Float64Array;
  /** The shape of the tail: above 0.7 averages over the weights cannot be relied on. */
  readonly k: number;
}

/** Returns the indices of the `count` largest numbers, of which `least` is the least, in order. */
function largest(numbers: Float64Array, count: number, least: number): Uint32Array {
  let ties = count;
  for (const x of numbers) if (x > least) ties--;
  const indices = new Uint32Array(count);
  // Of equal ones the last: as a stable sort has them.
  for (let i = numbers.length - 1, at = count; at > 0; i--) {
    if (numbers[i] > least || (numbers[i] === least && ties-- > 0)) indices[--at] = i;
  }
  return indices.sort((a, b) => numbers[a] - numbers[b]);
}

/**
 * Smooths the largest importance weights by the quantiles of a generalised Pareto distribution that
 * is fitted to them (Pareto-smoothed importance sampling, Vehtari et al. 2024), as arviz-stats.
 *
 * @param logWeights the logs of the weights of draws, up to a constant
 * @param efficiency the effective share of the draws (default 1)
 *
 * Where a tail cannot be fitted (fewer than 25 draws, equal weights), `k` is NaN and the weights
 * are the given ones, normalised.
 */
export function smoothWeights(logWeights: ArrayLike<number>, efficiency: number = 1): SmoothedWeights {
  const n = logWeights.length, result = Float64Array.from(logWeights);
  const most = result.reduce((a, b) => Math.max(a, b), -Infinity);
  for (let i = 0; i < n; i++) result[i] -= most;
  const length = Math.floor(n * efficiency > 225 ? 3 * Math.sqrt(n / efficiency) : n / 5);
  const normalised = (k: number): SmoothedWeights => {
    const total = logSumExp(result);
    return { logWeights: result.map((x) => x - total), k };
  };
  if (length < 5 || length >= n || result.some(Number.isNaN)) return normalised(NaN);
  const sorted = result.slice().sort(), cutoff = Math.exp(sorted[n - length - 1]);
  const indices = largest(result, length, sorted[n - length]);
  const tail = Float64Array.from(indices, (i) => Math.exp(result[i]) - cutoff);
  if (!(result[indices[length - 1]] - result[indices[0]] > 0)) return normalised(NaN);
  const { k, sigma } = fitPareto(tail);
  if (Number.isFinite(k) && sigma > 0) {
    indices.forEach((i, at) => {
      const p = (at + 0.5) / length;
      const x = k === 0 ? -sigma * Math.log1p(-p) : sigma * Math.expm1(-k * Math.log1p(-p)) / k;
      result[i] = Math.min(Math.log(cutoff + x), 0);
    });
  }
  return normalised(k);
}

/**
 * Returns the shape of the tail of importance weights, k-hat: of the log weights of a guide's
 * draws, `logWeights(...)`, it says whether the guide is near enough to correct it by weights.
 * Below 0.5 good, above 0.7 not.
 */
export const paretoK = (logWeights: ArrayLike<number>): number => smoothWeights(logWeights).k;
