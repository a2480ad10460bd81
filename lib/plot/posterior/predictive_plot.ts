import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { interval, median, numbersIn, quantile } from "../../statistics/mod.ts";
import type { HostArray, Tensor } from "../../tensor/mod.ts";
import { chart, chartNames, type ChartOptions } from "../chart.ts";
import { quantitative, rows, styled } from "../encode.ts";
import type { Figure } from "../figure.ts";
import { intervals, points } from "../marks.ts";

/** Options of `predictivePlot`. */
export interface PredictivePlotOptions extends ChartOptions {
  /** The number of bars (default 20); of whole numbers that are few, one for each. */
  readonly bins?: number;
  /** The share of the predictions that the intervals hold (default 0.9). */
  readonly mass?: number;
}

const optionNames: OptionNames<PredictivePlotOptions> = { ...chartNames, bins: true, mass: true };

/** Returns the edges of bars that hold the data and nearly all predictions. */
function edgesOf(observed: Float64Array, predicted: Float64Array, bins: number): number[] {
  let low = observed.reduce((a, b) => Math.min(a, b), quantile(predicted, 0.005));
  let high = observed.reduce((a, b) => Math.max(a, b), quantile(predicted, 0.995)), count = bins;
  const isWhole = observed.every(Number.isInteger) && predicted.every(Number.isInteger);
  if (isWhole && high - low < 2 * bins) {
    [low, high] = [Math.floor(low) - 0.5, Math.ceil(high) + 0.5];
    count = high - low;
  }
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  return Array.from({ length: count + 1 }, (_, i) => low + (high - low) * i / count);
}

/** Returns the numbers in each bar; those beyond the edges count in the outermost bars. */
function countsOf(values: Float64Array, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length - 1), last = counts.length - 1;
  const width = (edges[last + 1] - edges[0]) / counts.length;
  for (const value of values) {
    counts[Math.min(last, Math.max(0, Math.floor((value - edges[0]) / width)))]++;
  }
  return counts;
}

/**
 * Returns a figure of data as a histogram, with the counts that draws of the predictive
 * distribution have in its bars: medians and intervals (Gabry et al. 2019, as ArviZ's `plot_ppc`).
 * Data that stand outside of many intervals are not of the model.
 *
 * @param observed the data, of any shape
 * @param predicted draws of them, `[draws, ...shape]`, as `Predictive` returns them
 *
 * Throws where the shapes do not fit, or numbers are not finite.
 *
 * @example Data with a tail that the model lacks
 * ```ts
 * import { predictivePlot } from "@pyrosaur/pyrosaur/plot";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const predicted = random.normal(random.key(0), [50, 30]);
 * const figure = predictivePlot(tf.linspace(-1, 5, 30), predicted, { title: "A check" });
 * assert.match(await figure.toSVG(), /predicted/);
 * ```
 */
export function predictivePlot(
  observed: HostArray | Tensor,
  predicted: HostArray | Tensor,
  options: PredictivePlotOptions = {},
): Figure {
  checkOptions("draw a predictive check", options, optionNames);
  const { bins = 20, mass = 0.9, ...texts } = options;
  const data = Float64Array.from(numbersIn(observed)),
    all = Float64Array.from(numbersIn(predicted)),
    n = data.length;
  const [draws, ...shape] = predicted.shape;
  if (n === 0 || !draws || `${shape}` !== `${observed.shape}`) {
    throw new Error(
      `Cannot draw a predictive check: found predictions of shape [${predicted.shape}] for data of shape ` +
        `[${observed.shape}], expected draws along the first axis, and the data's shape behind it`,
    );
  }
  for (const [what, values] of Object.entries({ data, predictions: all })) {
    const odd = values.find((value) => !Number.isFinite(value));
    if (odd !== undefined) {
      throw new Error(
        `Cannot draw a predictive check: found ${odd} among the ${what}, expected finite numbers`,
      );
    }
  }
  const edges = edgesOf(data, all, bins), counts = countsOf(data, edges);
  const each = Array.from({ length: draws }, (_, i) => countsOf(all.subarray(i * n, (i + 1) * n), edges));
  const bars = Array.from(counts, (_, bar) => each.map((own) => own[bar]));
  const ends = bars.map((bar) => interval(bar, mass)), x = bars.map((_, i) => (edges[i] + edges[i + 1]) / 2);
  const columns = { x: edges.slice(0, -1), x2: edges.slice(1), y: counts.map(() => 0), y2: counts };
  const by = "predicted";
  return chart([
    styled({
      data: { values: rows("bars", columns, "observed") },
      mark: { type: "rect", opacity: 0.35 },
      encoding: {
        x: quantitative("x"),
        x2: { field: "x2" },
        y: { ...quantitative("y"), axis: { tickMinStep: 1 } },
        y2: { field: "y2" },
      },
    }, { by: "observed" }),
    intervals({ x, low: ends.map(({ low }) => low), high: ends.map(({ high }) => high), by, opacity: 1 }),
    points({ x, y: bars.map((bar) => median(bar)), by, opacity: 1 }),
  ], { x: "value", y: "count", ...texts });
}
