import { type ColumnTable, table } from "arquero";
import reference from "./reference.json" with { type: "json" };
import { renderModel } from "@pyrosaur/pyrosaur/ppl";
import { ruggedGuide, ruggedLikelihood, ruggedRegression } from "@pyrosaur/pyrosaur/models";
import { trainingCurve } from "@pyrosaur/pyrosaur/plot";
import type { Context, Reporting } from "@pyrosaur/pyrosaur/results";
import { type Countries, countriesOf, tensorsOf } from "./countries.ts";
import { crossSectionsFigure, dataFigure, fitFigure, predictiveFigure, slopesFigure } from "./figures.ts";
import { type Data, type GuideName, GUIDES } from "./fits.ts";
import type { RuggedConfig } from "./settings.ts";
import { slopesOf } from "./slopes.ts";
import { summaryTable } from "./summary.ts";
import { COEFFICIENTS } from "./targets.ts";
import type { SeedFits, SeedResult } from "./task.ts";
import { thinned } from "./thinned.ts";

const TITLES: Record<GuideName, string> = {
  autonormal: "AutoNormal",
  custom: "guide by hand",
  mvn: "AutoMultivariateNormal",
};

/** The coefficients and slopes by every method; for the real data also of the reference. */
function posteriorTable(result: SeedFits, simulated: boolean): ColumnTable {
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

/** The number of first steps that the figure of losses shows. */
const LOSS_STEPS = 1000;

/** The figures, of the first seed. */
function reportFigures(
  ctx: Reporting & { readonly simulated: boolean },
  countries: Countries,
  result: SeedFits,
): void {
  const { simulated } = ctx, both = ["autonormal", "mvn"] as const;
  const of = <T>(make: (name: typeof both[number]) => T) =>
    Object.fromEntries(both.map((name) => [TITLES[name], make(name)]));
  ctx.figure("data", dataFigure(countries, { simulated }));
  ctx.figure("mle", fitFigure(countries, result.mle, { simulated }));
  const begin = of((name) => Array.from(result[name].losses).slice(0, LOSS_STEPS));
  ctx.figure("losses", trainingCurve(begin, { title: "Negative ELBO", logY: "gaps", simulated }));
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
async function reportModels(ctx: Reporting & { readonly simulated: boolean }, data: Data): Promise<void> {
  const options = { distributions: true, parameters: true };
  ctx.svg("model_likelihood", await renderModel(ruggedLikelihood, data, options).svg());
  ctx.svg("model", await renderModel(ruggedRegression, data, options).svg());
  ctx.svg("guide_custom", await renderModel(ruggedGuide, data, options).svg());
}

/** The number of stretches whose mean losses are written. */
const CURVE_POINTS = 500;

/** Reports the metrics of all seeds, and tables and figures of the first. */
export async function report(
  ctx: Context<RuggedConfig>,
  results: readonly SeedResult[],
): Promise<void> {
  const countries = countriesOf(ctx.dataset("rugged").value), [{ metrics, fits }] = results;
  await reportModels(ctx, tensorsOf(countries));
  for (const name of Object.keys(metrics)) {
    const unit = name.endsWith("/loss") ? "nats" : "";
    ctx.metric(name, results.map((result) => result.metrics[name]), { unit });
  }
  for (const name of GUIDES) ctx.curve(`loss_${name}`, thinned(fits![name].losses, CURVE_POINTS));
  ctx.table("posteriors", posteriorTable(fits!, ctx.simulated));
  reportFigures(ctx, countries, fits!);
}
