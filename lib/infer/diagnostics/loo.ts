import { checkOptions, shown } from "../../system/mod.ts";
import { logSumExp, smoothWeights } from "./psis.ts";
import { describeNode, type HostArray, isHostArray, isTensor, type Tensor } from "../../tensor/mod.ts";
import { toHostArray } from "../../tensor/mod.ts";

/** An estimate of a model's predictive accuracy for new data. */
export interface PredictiveAccuracy {
  /** The expected log predictive density, of all observations. */
  readonly elpd: number;
  /** Its standard error. */
  readonly se: number;
  /** The effective number of parameters. */
  readonly p: number;
  /** The part of each observation. */
  readonly pointwise: Float64Array;
}

/** The accuracy by leaving out one observation at a time. */
export interface LooResult extends PredictiveAccuracy {
  /** The shape of the weights' tail for each observation. */
  readonly k: Float64Array;
  /**
   * Warnings: observations whose part cannot be relied on, as k is above the smaller one of 0.7 and
   * 1 - 1 / log10(draws), as in arviz-stats.
   */
  readonly warnings: readonly string[];
}

/**
 * Returns the numbers of each observation, a list of draws for each.
 *
 * @param what the numbers, for messages
 * @throws Error where there are no draws or no observations, and for NaN.
 */
function columns(what: string, array: HostArray | Tensor): Float64Array[] {
  if (!isHostArray(array) && !isTensor(array)) {
    throw new Error(
      `Cannot use ${what}: found ${
        describeNode(array)
      }, expected an array [draws, ...observations], such as that of ` +
        "one site of what logLikelihood returns",
    );
  }
  const { data, shape: [draws, ...shape] } = isHostArray(array) ? array : toHostArray(array);
  const count = shape.reduce((n, s) => n * s, 1);
  if (!draws || count === 0) {
    throw new Error(
      `Cannot use ${what} of shape [${[
        draws,
        ...shape,
      ]}]: expected draws along the first axis, and at least one ` +
        "observation",
    );
  }
  const odd = Array.prototype.findIndex.call(data, Number.isNaN);
  if (odd >= 0) {
    throw new Error(
      `Cannot use ${what}: found NaN at draw ${Math.floor(odd / count)}, observation ${odd % count}`,
    );
  }
  return Array.from(
    { length: count },
    (_, at) => Float64Array.from({ length: draws }, (_, i) => data[i * count + at]),
  );
}

function summed(pointwise: Float64Array, p: number): PredictiveAccuracy {
  const n = pointwise.length, elpd = pointwise.reduce((a, b) => a + b, 0), middle = elpd / n;
  const variance = pointwise.reduce((sum, x) => sum + (x - middle) ** 2, 0) / n;
  return { elpd, se: Math.sqrt(n * variance), p, pointwise };
}

/** log of the mean of exp(x). */
const logMeanExp = (x: Float64Array): number => logSumExp(x) - Math.log(x.length);

/**
 * Estimates the accuracy of a model for new data by leave-one-out cross-validation with
 * Pareto-smoothed weights (Vehtari, Gelman and Gabry 2017), as arviz-stats' `loo`.
 *
 * @param logLikelihood of each draw and observation, `[draws, ...observations]`, as `logLikelihood`
 * gives it
 * @param options `efficiency`: the effective share of the draws (default 1)
 *
 * An observation that a draw makes impossible has k and elpd of infinity. Throws where there are no
 * draws or observations, and for NaN.
 *
 * @example Two observations, four draws
 * ```ts
 * import { loo } from "@pyrosaur/pyrosaur/infer";
 * import assert from "node:assert/strict";
 *
 * const values = Float64Array.from({ length: 200 }, (_, i) => -1 - 0.1 * Math.sin(i));
 * const { elpd, pointwise } = loo({ data: values, shape: [100, 2] });
 * assert.ok(Math.abs(elpd + 2) < 0.1 && pointwise.length === 2);
 * ```
 */
export function loo(logLikelihood: HostArray | Tensor, options?: { efficiency?: number }): LooResult {
  checkOptions("compute loo", options, { efficiency: true });
  const { efficiency = 1 } = options ?? {}, each = columns("log likelihoods", logLikelihood);
  if (!(efficiency > 0)) {
    throw new Error(`Cannot compute loo: efficiency is ${shown(efficiency)}, expected a number above 0`);
  }
  const k = new Float64Array(each.length), pointwise = new Float64Array(each.length);
  let p = 0;
  each.forEach((own, i) => {
    // Leaving out an observation that a draw makes impossible gives that draw all the weight.
    if (own.includes(-Infinity)) {
      [k[i], pointwise[i], p] = [Infinity, -Infinity, Infinity];
      return;
    }
    const { logWeights, k: shape } = smoothWeights(own.map((x) => -x), efficiency);
    k[i] = shape;
    pointwise[i] = logSumExp(logWeights.map((w, draw) => w + own[draw]));
    p += logMeanExp(own) - pointwise[i];
  });
  // With fewer draws a tail has to be lighter (Vehtari et al. 2024).
  const most = Math.min(1 - 1 / Math.log10(each[0].length), 0.7),
    bad = [...k.keys()].filter((i) => k[i] > most);
  const listed = bad.slice(0, 10).join(", ") + (bad.length > 10 ? ", ..." : "");
  const warnings = bad.length === 0 ? [] : [
    `The parts of ${bad.length} of ${k.length} observations cannot be relied on, k is above ${
      Number(most.toFixed(2))
    }: ${listed}`,
  ];
  return { ...summed(pointwise, p), k, warnings };
}

/**
 * Estimates the accuracy of a model for new data by the widely applicable information criterion
 * (Watanabe 2010), in elpd's scale, as ArviZ's `waic`.
 *
 * @param logLikelihood of each draw and observation, `[draws, ...observations]`
 *
 * Throws where there are no draws or observations, and for NaN.
 */
export function waic(logLikelihood: HostArray | Tensor): PredictiveAccuracy {
  let p = 0;
  const pointwise = Float64Array.from(columns("log likelihoods", logLikelihood), (own) => {
    if (own.includes(-Infinity)) {
      p = Infinity;
      return -Infinity;
    }
    const middle = own.reduce((a, b) => a + b, 0) / own.length;
    const variance = own.reduce((sum, x) => sum + (x - middle) ** 2, 0) / own.length;
    p += variance;
    return logMeanExp(own) - variance;
  });
  return summed(pointwise, p);
}

/**
 * Returns the probability of each observation under predictions made without it, by smoothed
 * weights, as arviz-stats' `loo_pit`: uniform where the model is right. Draws equal to the
 * observation count half.
 *
 * @param predictions of each observation, `[draws, ...observations]`
 * @param observed the observations
 * @param logLikelihood of each draw and observation, `[draws, ...observations]`
 *
 * Throws where their numbers differ, where there are none, and for NaN.
 */
export function looPit(
  predictions: HostArray | Tensor,
  observed: ArrayLike<number>,
  logLikelihood: HostArray | Tensor,
): Float64Array {
  const likelihoods = columns("log likelihoods", logLikelihood), each = columns("predictions", predictions);
  const [draws, counts] = [[each, likelihoods].map(([own]) => own.length), [each.length, likelihoods.length]];
  if (draws[0] !== draws[1] || counts.some((count) => count !== observed.length)) {
    throw new Error(
      `Cannot compute looPit: found predictions of ${counts[0]} observations in ${
        draws[0]
      } draws, log likelihoods ` +
        `of ${counts[1]} in ${draws[1]}, and ${observed.length} observations; expected the same of each`,
    );
  }
  return Float64Array.from(each, (draws, i) => {
    const { logWeights } = smoothWeights(likelihoods[i].map((x) => -x)), y = observed[i];
    return logWeights.reduce(
      (sum, w, at) => sum + Math.exp(w) * (draws[at] < y ? 1 : draws[at] === y ? 0.5 : 0),
      0,
    );
  });
}
