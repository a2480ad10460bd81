import {
  band,
  chart,
  facets,
  type Figure,
  line,
  type Mark,
  points,
  reference,
} from "@pyrosaur/pyrosaur/plot";
import { finite, quantile } from "@pyrosaur/pyrosaur/statistics";
import { DISTANCES, divergence, SIGMAS } from "./explanation.ts";
import type { Measure } from "./measures.ts";
import type { Outcome } from "./outcome.ts";
import { GRID, X, Y } from "./system.ts";

/** The median of a measure by step, with the quartiles as a band. */
function course({ setting, steps, measures }: Outcome, measure: Measure): Mark[] {
  const of = (p: number) => measures[measure].map((values) => quantile(finite(values), p));
  return [
    band({ x: steps, low: of(0.25), high: of(0.75), by: setting.name, opacity: 0.2 }),
    line({ x: steps, y: of(0.5), by: setting.name }),
  ];
}

/** Uncertainty away from the data by step of training: medians and quartiles over the runs. */
export function growthFigure(outcomes: readonly Outcome[], collapsedBelow: number): Figure {
  return chart([
    reference({ y: collapsedBelow }),
    ...outcomes.flatMap((outcome) => course(outcome, "sd_at_-4")),
  ], {
    title: "Uncertainty at x = -4 by training",
    subtitle: "standard deviation of functions, medians and quartiles over runs; dashed: collapsed below",
    x: "step",
    y: "standard deviation",
    logY: "gaps",
    width: 420,
    height: 280,
  });
}

/** Guide and prior shrink together: sigma of z falls while their divergence stays small. */
export function shrinkFigure(outcomes: readonly Outcome[]): Figure {
  const of = (measure: Measure) => outcomes.flatMap((outcome) => course(outcome, measure));
  return facets(
    { "sigma of z, given all points": of("sigma_z"), "divergence of guide and prior": of("kl") },
    {
      title: "An adaptive prior: both become narrow together",
      x: "step",
      logY: "gaps",
      axes: {
        "sigma of z, given all points": { x: "step", y: "standard deviation", logY: "gaps" },
        "divergence of guide and prior": { x: "step", y: "nats", logY: "gaps" },
      },
    },
  );
}

/** The share of runs below each standard deviation at x = -4. */
export function distributionFigure(outcomes: readonly Outcome[], collapsedBelow: number): Figure {
  const marks = outcomes.map(({ setting, last }) => {
    const sorted = finite(last["sd_at_-4"]).sort((a, b) => a - b);
    const share = sorted.map((_, i) => (i + 1) / sorted.length);
    return line({ x: sorted.map((sd) => Math.log10(sd)), y: share, by: setting.name });
  });
  return chart([reference({ x: Math.log10(collapsedBelow) }), ...marks], {
    title: "Uncertainty at x = -4 after training",
    x: "log10 of the standard deviation",
    y: "share of runs below",
    width: 420,
    height: 280,
  });
}

/** Every other place: enough for a figure of many planes. */
const COARSE = GRID.filter((_, i) => i % 2 === 0);

/** Functions of the first runs of each setting, before training, at half of it and after it. */
export function functionsFigure(outcomes: readonly Outcome[], run = 0): Figure {
  const planes = outcomes.flatMap(({ setting, functions }) =>
    functions.map(({ step, values }): [string, Mark[]] => [
      `${setting.name}, step ${step}`,
      [
        ...values[run].map((y) =>
          line({ x: COARSE, y: y.filter((_, i) => i % 2 === 0), color: "#0072b2", opacity: 0.6 })
        ),
        points({ x: X, y: Y, color: "#000000", size: 30 }),
      ],
    ])
  );
  return facets(Object.fromEntries(planes), {
    title: "Functions given all five points",
    columns: 3,
    width: 200,
    height: 120,
    yDomain: [-2, 2],
  });
}

/** The cost of narrowness under a fixed prior: the divergence from a standard normal by sigma. */
export function divergenceFigure(): Figure {
  const x = SIGMAS.map((sigma) => Math.log10(sigma));
  const marks = DISTANCES.map((distance) =>
    line({ x, y: SIGMAS.map((sigma) => divergence(distance, sigma)), by: `means ${distance} apart` })
  );
  return chart(marks, {
    title: "The divergence of N(m, s) from N(0, 1)",
    subtitle: "to become a hundred times narrower costs as much as to move by three",
    x: "log10 of s",
    y: "nats",
  });
}
