import type { Context } from "@pyrosaur/pyrosaur/results";
import { moments } from "@pyrosaur/pyrosaur/statistics";
import { dataFigure, differenceFigure, forecastFigure, weightsFigure, windowsFigure } from "./figures.ts";
import { estimate, type Outcome, outcomesOf } from "./outcome.ts";
import { type Score, SCORES } from "./scores.ts";
import { pricesOf, sourceSplit } from "./series.ts";
import { type FinanceConfig, type Method, METHODS, NETWORKS } from "./settings.ts";
import { targets } from "./targets.ts";
import { differenceTable, rollingTable, sourceTable, weightsTable } from "./table.ts";
import type { SplitResult } from "./task.ts";
import { weightsOf } from "./weights.ts";

type Outcomes = Readonly<Record<Method, Outcome>>;

const DIRECTION: Record<Score, "lower" | "higher" | "target"> = {
  mse: "lower",
  mae: "lower",
  log_score: "higher",
  crps: "lower",
  coverage50: "target",
  coverage90: "target",
};

/** The scores of one forecast: on the text's split over seeds, and on rolling ones over these. */
function reportScores(ctx: Context<FinanceConfig>, outcomes: Outcomes, method: Method): void {
  const own = outcomes[method];
  for (const score of SCORES) {
    const options = { direction: DIRECTION[score], ...(score === "log_score" && { unit: "nats" }) };
    // What is known is to be met: less of it is no better.
    const isKnown = Object.hasOwn(targets, `${method}/${score}`);
    ctx.metric(`${method}/${score}`, own.onSource(score), {
      ...options,
      ...(isKnown && { direction: "target" }),
    });
    ctx.metric(`rolling/${method}/${score}`, own.onWindows(score), options);
    if (own.isDrawn) ctx.metric(`rolling/${method}/${score}/seeds`, own.ofSeeds(score), options);
    if (method !== "zero" && DIRECTION[score] !== "target") {
      ctx.metric(`rolling/${method}/${score}/minus_zero`, own.minus(outcomes.zero, score), options);
    }
  }
}

/** A row a split: the mean squared error of every forecast. */
function reportWindows(ctx: Context<FinanceConfig>, outcomes: Outcomes): void {
  ctx.curve("rolling_mse", {
    first_day: outcomes.zero.rolling.map(({ split }) => split),
    ...Object.fromEntries(METHODS.map((method) => [method, outcomes[method].onWindows("mse")])),
  });
}

/** Says which forecasts differ from no change by more than two standard errors. */
function reportVerdict(ctx: Context<FinanceConfig>, outcomes: Outcomes): void {
  for (const [score, sign] of [["mse", 1], ["mae", 1], ["crps", 1], ["log_score", -1]] as const) {
    const gains = METHODS.filter((method) => method !== "zero").map((method) => {
      const { value, se } = estimate(outcomes[method].minus(outcomes.zero, score));
      return { method, gain: -sign * value / se };
    });
    for (const [what, factor] of [["better", 1], ["worse", -1]] as const) {
      const found = gains.filter(({ gain }) => factor * gain > 2).map(({ method }) => method);
      ctx.metric(`rolling/${what}_than_zero/${score}`, found.length, { n: gains.length });
      ctx.log(`${what} than no change in ${score} by two standard errors: ${found.join(", ") || "none"}`);
    }
  }
}

/** Reports the scores of all forecasts, tables and figures. */
export function report(ctx: Context<FinanceConfig>, results: readonly (readonly SplitResult[])[]): void {
  const { simulated, config } = ctx, { value: table } = ctx.dataset("ethusd"), outcomes = outcomesOf(results);
  const prices = pricesOf(table), { close } = prices;
  const logChanges = moments(Array.from(close.subarray(1), (price, i) => Math.log(price / close[i])));
  const days = close.length - 1;
  ctx.metric("series/drift", logChanges.mean, { se: logChanges.sd / Math.sqrt(days), n: days });
  ctx.metric("series/volatility", logChanges.sd, { se: logChanges.sd / Math.sqrt(2 * days), n: days });
  for (const method of METHODS) reportScores(ctx, outcomes, method);
  for (const name of NETWORKS) {
    for (const [what, values] of Object.entries(weightsOf(outcomes[name]))) {
      ctx.metric(`weights/${name}/${what}`, values);
    }
  }
  reportWindows(ctx, outcomes);
  ctx.table("source", sourceTable(outcomes));
  ctx.table("rolling", rollingTable(outcomes));
  ctx.table("differences", differenceTable(outcomes));
  ctx.table("weights", weightsTable(outcomes));
  reportVerdict(ctx, outcomes);
  ctx.figure("data", dataFigure(prices, { simulated }));
  ctx.figure("forecasts", forecastFigure(outcomes, sourceSplit(table, config).test.y, { simulated }));
  ctx.figure("differences", differenceFigure(outcomes, { simulated }));
  ctx.figure("windows", windowsFigure(outcomes, { simulated }));
  ctx.figure("weights", weightsFigure(outcomes, { simulated }));
}
