import {
  band,
  chart,
  type ChartOptions,
  ellipses,
  facets,
  type Figure,
  line,
  type Mark,
  points,
} from "@pyrosaur/pyrosaur/plot";
import { covariance, type Intervals, kernelDensity, moments } from "@pyrosaur/pyrosaur/statistics";
import type { Countries } from "./countries.ts";
import type { LeastSquares } from "./least_squares.ts";
import type { Draws } from "./posterior.ts";
import type { Slopes } from "./slopes.ts";

/** Options of the experiment's figures. */
type FigureOptions = Pick<ChartOptions, "simulated" | "title">;

const INSIDE = "African nations", OUTSIDE = "Non-African nations";
const AXES = { x: "terrain ruggedness index", y: "log GDP per head (2000)" };

/** The two halves of the data, the rows of each in order of ruggedness. */
function halves({ isAfrica, ruggedness }: Countries): [string, number[]][] {
  const among = (africa: number) =>
    [...isAfrica.keys()].filter((i) => isAfrica[i] === africa).sort((i, j) => ruggedness[i] - ruggedness[j]);
  return [[OUTSIDE, among(0)], [INSIDE, among(1)]];
}

const pick = (values: ArrayLike<number>, rows: readonly number[]): number[] => rows.map((i) => values[i]);

/**
 * Two planes, outside and inside Africa, with the marks that `marks` makes of their rows above the
 * countries' dots.
 */
function byContinent(
  countries: Countries,
  marks: (rows: number[], africa: boolean) => Mark[],
  options: FigureOptions,
): Figure {
  const planes = halves(countries).map(([name, rows]) => {
    const dots = points({
      x: pick(countries.ruggedness, rows),
      y: pick(countries.logGdp, rows),
      color: "#0072b2",
    });
    return [name, [...marks(rows, name === INSIDE), dots]] as const;
  });
  return facets(Object.fromEntries(planes), { ...AXES, yDomain: [5, 12], ...options });
}

/** Log GDP against ruggedness, outside and inside Africa. */
export function dataFigure(countries: Countries, options: FigureOptions = {}): Figure {
  return byContinent(countries, () => [], { title: "GDP and the ruggedness of the terrain", ...options });
}

/** The data with the two lines of a fit. */
export function fitFigure(
  countries: Countries,
  { a, bA, bR, bAR }: LeastSquares,
  options: FigureOptions = {},
): Figure {
  const fitted = (rows: number[], africa: boolean) => {
    const x = pick(countries.ruggedness, [rows[0], rows.at(-1)!]);
    return [
      line({ x, y: x.map((r) => a + (africa ? bA : 0) + (bR + (africa ? bAR : 0)) * r), color: "#d55e00" }),
    ];
  };
  return byContinent(countries, fitted, { title: "The line of maximum likelihood", ...options });
}

/** The data with means and intervals of predictions. */
export function predictiveFigure(
  countries: Countries,
  { low, high, mean }: Intervals,
  options: FigureOptions = {},
): Figure {
  const marks = (rows: number[]) => {
    const x = pick(countries.ruggedness, rows);
    return [
      band({ x, low: pick(low, rows), high: pick(high, rows), color: "#d55e00" }),
      line({ x, y: pick(mean, rows), color: "#d55e00" }),
    ];
  };
  return byContinent(countries, marks, { title: "Posterior predictive, 90% intervals", ...options });
}

const slopeMarks = ({ within, outside }: Slopes): Mark[] =>
  ([["within Africa", within], ["outside Africa", outside]] as const).flatMap(([by, values]) => {
    const { x, density } = kernelDensity(values);
    return [band({ x, low: x.map(() => 0), high: density, by }), line({ x, y: density, by })];
  });

/** Densities of the slope inside and outside Africa, a plane for each posterior. */
export function slopesFigure(
  posteriors: Readonly<Record<string, Slopes>>,
  options: FigureOptions = {},
): Figure {
  const axes = {
    x: "slope: change of log GDP by ruggedness",
    y: "density",
    title: "Slopes inside and outside Africa",
  };
  const planes = Object.entries(posteriors).map(([name, slopes]) => [name, slopeMarks(slopes)] as const);
  return planes.length === 1
    ? chart(planes[0][1], { ...axes, ...options })
    : facets(Object.fromEntries(planes), { ...axes, xDomain: [-0.6, 0.6], ...options });
}

/** The number of draws that are dots in a cross-section; the ellipses are of all. */
const DOTS = 100;

/**
 * Two cross-sections, (bA, bR) and (bR, bAR), of each posterior: dots, and ellipses that hold 50%
 * and 90%.
 */
export function crossSectionsFigure(
  posteriors: Readonly<Record<string, Draws>>,
  options: FigureOptions = {},
): Figure {
  const plane = (first: keyof Draws, second: keyof Draws): Mark[] =>
    Object.entries(posteriors).flatMap(([by, draws]) => {
      const x = draws[first], y = draws[second], xy = covariance(x, y);
      const shown = (v: ArrayLike<number>) =>
        Array.from({ length: Math.min(DOTS, v.length) }, (_, k) => v[k]);
      const mx = moments(x), my = moments(y);
      return [
        points({ x: shown(x), y: shown(y), by, size: 8, opacity: 0.35 }),
        ellipses({ mean: [mx.mean, my.mean], covariance: [[mx.sd ** 2, xy], [xy, my.sd ** 2]], by }),
      ];
    });
  return facets({ "bA and bR": plane("bA", "bR"), "bR and bAR": plane("bR", "bAR") }, {
    title: "Cross-sections of the posteriors",
    axes: { "bA and bR": { x: "bA", y: "bR" }, "bR and bAR": { x: "bR", y: "bAR" } },
    ...options,
  });
}
