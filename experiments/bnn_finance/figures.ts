import {
  band,
  chart,
  type ChartOptions,
  facets,
  type Figure,
  intervals,
  line,
  type Mark,
  points,
  reference,
} from "@pyrosaur/pyrosaur/plot";
import { kernelDensity } from "@pyrosaur/pyrosaur/statistics";
import { estimate, type Outcome } from "./outcome.ts";
import type { Score } from "./scores.ts";
import { type Method, METHODS } from "./settings.ts";
import { allWeights } from "./weights.ts";

/** Options of the experiment's figures. */
type FigureOptions = Pick<ChartOptions, "simulated">;

type Outcomes = Readonly<Record<Method, Outcome>>;

/** The price by day, and its relative change. */
export function dataFigure(
  { dates, close }: { readonly dates: readonly string[]; readonly close: Float64Array },
  options: FigureOptions = {},
): Figure {
  const x = dates.map((_, day) => day),
    axis = { x: `days since ${dates[0]}`, xDomain: [0, x.length - 1] } as const;
  const changes = Array.from(close.subarray(1), (price, i) => price / close[i] - 1);
  return facets({
    "close in dollars": [line({ x, y: close, color: "#0072b2" })],
    "change since the day before": [line({ x: x.slice(1), y: changes, color: "#0072b2" })],
  }, {
    title: "Ether, day by day",
    ...axis,
    axes: { "close in dollars": { ...axis, logY: true } },
    ...options,
  });
}

/** The forecasts that are drawn day by day. */
const SHOWN: readonly Method[] = ["least_squares", "nn", "bnn", "bnn_source"];

/** Forecasts of the text's test with intervals of 90%, and what came. */
export function forecastFigure(outcomes: Outcomes, y: Float64Array, options: FigureOptions = {}): Figure {
  const x = Array.from(y, (_, day) => day + 1);
  const planes = SHOWN.map((name): [string, Mark[]] => {
    const { mean, low, high } = outcomes[name].forecast;
    return [name, [
      band({ x, low, high, color: "#d55e00" }),
      line({ x, y: mean, color: "#d55e00" }),
      points({ x, y, color: "#000000" }),
    ]];
  });
  return facets(Object.fromEntries(planes), {
    title: "The test of the text: forecasts with intervals of 90%, and what came",
    x: "day",
    y: "relative change",
    yDomain: [-0.4, 0.4],
    columns: 2,
    ...options,
  });
}

/** The scores that differences are drawn of. */
const DIFFERENCES: readonly Score[] = ["mse", "crps", "log_score"];

/**
 * The differences from forecasting no change, with two standard errors over the splits: without
 * `bnn_source`, whose intervals hold everything and would hide the others.
 */
export function differenceFigure(outcomes: Outcomes, options: FigureOptions = {}): Figure {
  const names = METHODS.filter((name) => !["zero", "blr_evidence", "bnn_source"].includes(name));
  const plane = (score: Score): Mark[] => [
    reference({ y: 0 }),
    ...names.flatMap((by, i) => {
      const { value, se } = estimate(outcomes[by].minus(outcomes.zero, score));
      return [
        intervals({ x: [i + 1], low: [value - 2 * se], high: [value + 2 * se], by }),
        points({ x: [i + 1], y: [value], by, size: 60 }),
      ];
    }),
  ];
  return facets(Object.fromEntries(DIFFERENCES.map((score) => [score, plane(score)])), {
    title: "Differences from forecasting no change, and two standard errors",
    subtitle: `less is better, of the log score more; from the left: ${names.join(", ")}`,
    x: "forecast",
    xDomain: [0.5, names.length + 0.5],
    width: 240,
    ...options,
  });
}

/** The mean squared error of each split as a multiple of that of no change. */
export function windowsFigure(outcomes: Outcomes, options: FigureOptions = {}): Figure {
  const of = outcomes.zero.onWindows("mse"), x = of.map((_, i) => i + 1), { rolling } = outcomes.zero;
  const names: readonly Method[] = ["mean", "least_squares", "nn", "bnn", "bnn_relu"];
  return chart([
    reference({ y: 1 }),
    ...names.map((by) => line({ x, y: outcomes[by].onWindows("mse").map((mse, i) => mse / of[i]), by })),
  ], {
    title: "Squared errors test by test",
    subtitle: "as multiples of those of no change; dashed: as large",
    x: `tests that begin on ${rolling[0].split} to ${rolling.at(-1)!.split}`,
    xDomain: [1, x.length],
    logY: true,
    width: 420,
    ...options,
  });
}

/** Densities of the last layer's weights, of all seeds. */
export function weightsFigure(outcomes: Outcomes, options: FigureOptions = {}): Figure {
  const density = (name: "nn" | "bnn" | "bnn_source", by: string): Mark[] => {
    const { x, density } = kernelDensity(allWeights(outcomes, name));
    return [band({ x, low: x.map(() => 0), high: density, by }), line({ x, y: density, by })];
  };
  return facets({
    plain: density("nn", "weights"),
    "Bayesian, noise of 1": density("bnn_source", "means of posteriors"),
    "Bayesian, noise learnt": density("bnn", "means of posteriors"),
  }, { title: "Weights of the last layer", x: "weight", y: "density", width: 220, ...options });
}
