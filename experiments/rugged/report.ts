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
import { type Data, type GuideName, GUIDES } from "./fits.ts";
import type { LeastSquares } from "./least_squares.ts";
import { slopesOf } from "./slopes.ts";
import { summaryTable } from "./summary.ts";
import { COEFFICIENTS } from "./targets.ts";

/** What came of one guide. */
export interface GuideResult {
  /** The loss of each step. */
  readonly losses: ArrayLike<number>;
  /** Draws from the fitted guide. */
  readonly draws: Draws;
  /** Predictive intervals of 90% for each country. */
  readonly intervals: Intervals;
}

/** What came of one seed. */
export interface SeedResult extends Readonly<Record<GuideName, GuideResult>> {
  /** Maximum likelihood. */
  readonly mle: LeastSquares;
}

const TITLES: Record<GuideName, string> = {
  autonormal: "AutoNormal",
  custom: "guide by hand",
  mvn: "AutoMultivariateNormal",
};

/** The coefficients and slopes by every method; for the real data also of the reference. */
export function posteriorTable(result: SeedResult, simulated: boolean): ColumnTable {
  const { mle } = result, { mean, sd, slope_within_africa: within, slope_outside: outside } = reference;
  const nuts = [...COEFFICIENTS.map((_, i) => ({ mean: mean[i], sd: sd[i] })), within, outside];
  const posteriors = summaryTable({
    ...Object.fromEntries(GUIDES.map((name) => [TITLES[name], result[name].draws])),
    ...(!simulated && { NUTS: nuts }),
  });
  const likeliest = [...COEFFICIENTS.map((name) => mle[name]), mle.bR + mle.bAR, mle.bR].map((x) =>
    x.toFixed(3)
  );
  return posteriors.assign(table({ "maximum likelihood": likeliest })).relocate("maximum likelihood", {
    after: "quantity",
  });
}

/** The figure of losses shows so many first steps. */
const LOSS_STEPS = 1000;

/** The figures, of the first seed. */
export function reportFigures(
  ctx: Context,
  countries: Countries,
  result: SeedResult,
): void {
  const { simulated } = ctx, both = ["autonormal", "mvn"] as const;
  const of = <T>(make: (name: typeof both[number]) => T) =>
    Object.fromEntries(both.map((name) => [TITLES[name], make(name)]));
  ctx.figure("data", dataFigure(countries, { simulated }));
  ctx.figure("mle", fitFigure(countries, result.mle, { simulated }));
  const begin = of((name) => Array.from(result[name].losses).slice(0, LOSS_STEPS));
  ctx.figure("losses", trainingCurve(begin, { title: "Negative ELBO", logY: true, simulated }));
  ctx.figure(
    "slopes_autonormal",
    slopesFigure({ AutoNormal: slopesOf(result.autonormal.draws) }, { simulated }),
  );
  ctx.figure("slopes", slopesFigure(of((name) => slopesOf(result[name].draws)), { simulated }));
  ctx.figure("cross_sections", crossSectionsFigure(of((name) => result[name].draws), { simulated }));
  for (const name of both) {
    const title = `${TITLES[name]}: posterior predictive, 90% intervals`;
    ctx.figure(
      `predictive_${name}`,
      predictiveFigure(countries, result[name].intervals, { title, simulated }),
    );
  }
}

/** The models and the guide written by hand, drawn. */
export async function reportModels(ctx: Context, data: Data): Promise<void> {
  const options = { distributions: true, parameters: true };
  ctx.svg("model_likelihood", await renderModel(likelihood, data, options).svg());
  ctx.svg("model", await renderModel(regression, data, options).svg());
  ctx.svg("guide_custom", await renderModel(customGuide, data, options).svg());
}
