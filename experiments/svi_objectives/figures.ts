import {
  facets,
  type Figure,
  intervals,
  type Mark,
  points,
  reference,
  trainingCurve,
} from "@pyrosaur/pyrosaur/plot";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import { examples } from "./examples/mod.ts";
import type { SeedResult } from "./task.ts";

/** Options of the experiment's figures. */
interface FigureOptions {
  /** Stamps the figure: its data are simulated. */
  readonly simulated?: boolean;
}

/** The examples whose fits differ: two are those of basic SVI, up to rounding. */
const distinct = examples.filter(({ name }) => name !== "low_level" && name !== "custom_elbo");

const SUBTITLE = "the gradient in hand and the ELBO by hand give what basic SVI gives";

/** The losses of the fits of one seed; that of the scaled loss times the number of countries. */
export function lossesFigure(result: SeedResult, countries: number, options: FigureOptions = {}): Figure {
  const curves = distinct.map(({ name, title }) => {
    const factor = name === "scaled_loss" ? countries : 1;
    return [title, result[name].losses.map((loss) => factor * loss)];
  });
  return trainingCurve(Object.fromEntries(curves), {
    title: "The objectives as they are trained",
    subtitle: SUBTITLE,
    y: "loss",
    yDomain: [200, 800],
    ...options,
  });
}

/** The slopes of all fits: means over the seeds, with two standard deviations of the guide. */
export function slopesFigure(results: readonly SeedResult[], options: FigureOptions = {}): Figure {
  const plane = (place: "within" | "outside"): Mark[] => [
    reference({ y: 0 }),
    ...distinct.flatMap(({ name, title: by }, i) => {
      const slopes = results.map((result) => result[name].fit[place]);
      const middle = mean(slopes.map((slope) => slope.mean)), sd = mean(slopes.map((slope) => slope.sd));
      const x = [i + 1];
      return [
        intervals({ x, low: [middle - 2 * sd], high: [middle + 2 * sd], by }),
        points({ x, y: [middle], by }),
      ];
    }),
  ];
  return facets({ "within Africa": plane("within"), "outside Africa": plane("outside") }, {
    title: "Slope of log GDP over ruggedness: mean and two standard deviations",
    subtitle: SUBTITLE,
    x: "example",
    xDomain: [0.5, distinct.length + 0.5],
    y: "slope",
    ...options,
  });
}
