import { type ColumnTable, table } from "arquero";
import reference from "../../tests/golden/rugged_posterior.json" with { type: "json" };
import { renderModel } from "../../lib/ppl/mod.ts";
import { customGuide, likelihood, regression } from "../../lib/models/mod.ts";
import { trainingCurve } from "../../lib/plot/mod.ts";
import type { Context } from "../../lib/results/experiment.ts";
import type { Countries } from "./countries.ts";
import {
  crossSectionsFigure,
  dataFigure,
  type Draws,
  fitFigure,
  predictiveFigure,
  slopesFigure,
} from "./figures.ts";
import type { Intervals } from "./coverage.ts";
import type { Data, GuideName } from "./fits.ts";
import type { LeastSquares } from "./least_squares.ts";
import { moments } from "./moments.ts";
import { slopesOf } from "./slopes.ts";
import { COEFFICIENTS } from "./targets.ts";

/** What came of one seed. */
export interface SeedResult {
  /** Maximum likelihood. */
  readonly mle: LeastSquares;
  /** Draws from each guide. */
  readonly draws: Readonly<Record<GuideName, Draws>>;
  /** Losses of each guide's training. */
  readonly losses: Readonly<Record<GuideName, ArrayLike<number>>>;
  /** Intervals of 90% for each country, of the guides that predict. */
  readonly intervals: Readonly<Record<"autonormal" | "mvn", Intervals>>;
}

const TITLES: Record<GuideName, string> = {
  autonormal: "AutoNormal",
  custom: "guide by hand",
  mvn: "AutoMultivariateNormal",
};

const text = ({ mean, sd }: { mean: number; sd: number }): string => `${mean.toFixed(3)} ± ${sd.toFixed(3)}`;

/** The coefficients and slopes by every method, as mean ± standard deviation. */
export function posteriorTable({ mle, draws }: SeedResult, isReal: boolean): ColumnTable {
  const slopes = { within: "slope in Africa", outside: "slope elsewhere" } as const;
  const column = (all: Draws) => {
    const { within, outside } = slopesOf(all);
    return [...COEFFICIENTS.map((name) => all[name]), within, outside].map((values) => text(moments(values)));
  };
  const { mean, sd, slope_within_africa: within, slope_outside: outside } = reference;
  return table({
    quantity: [...COEFFICIENTS, slopes.within, slopes.outside],
    "maximum likelihood": [...COEFFICIENTS.map((name) => mle[name]), mle.bR + mle.bAR, mle.bR].map((x) =>
      x.toFixed(3)
    ),
    ...Object.fromEntries(
      (Object.keys(TITLES) as GuideName[]).map((name) => [TITLES[name], column(draws[name])]),
    ),
    ...(isReal && {
      NUTS: [...COEFFICIENTS.map((_, i) => ({ mean: mean[i], sd: sd[i] })), within, outside].map(text),
    }),
  });
}

/** The figures, of the first seed. */
export function reportFigures(
  ctx: Context,
  countries: Countries,
  { mle, draws, losses, intervals }: SeedResult,
): void {
  const { simulated } = ctx, both = ["autonormal", "mvn"] as const;
  const of = <T>(make: (name: typeof both[number]) => T) =>
    Object.fromEntries(both.map((name) => [TITLES[name], make(name)]));
  ctx.figure("data", dataFigure(countries, { simulated }));
  ctx.figure("mle", fitFigure(countries, mle, { simulated }));
  ctx.figure(
    "losses",
    trainingCurve(of((name) => losses[name]), { title: "Negative ELBO", logY: true, simulated }),
  );
  ctx.figure("slopes_autonormal", slopesFigure({ AutoNormal: slopesOf(draws.autonormal) }, { simulated }));
  ctx.figure("slopes", slopesFigure(of((name) => slopesOf(draws[name])), { simulated }));
  ctx.figure("cross_sections", crossSectionsFigure(of((name) => draws[name]), { simulated }));
  for (const name of both) {
    const title = `${TITLES[name]}: posterior predictive, 90% intervals`;
    ctx.figure(`predictive_${name}`, predictiveFigure(countries, intervals[name], { title, simulated }));
  }
}

/** The models and the guide written by hand, drawn. */
export async function reportModels(ctx: Context, data: Data): Promise<void> {
  const options = { distributions: true, parameters: true };
  ctx.svg("model_likelihood", await renderModel(likelihood, data, options).svg());
  ctx.svg("model", await renderModel(regression, data, options).svg());
  ctx.svg("guide_custom", await renderModel(customGuide, data, options).svg());
}
