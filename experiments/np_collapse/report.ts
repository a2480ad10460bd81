import { encodeNeuralProcess } from "@pyrosaur/pyrosaur/models";
import type { Context } from "@pyrosaur/pyrosaur/results";
import { finite, quantile, quantileError, share } from "@pyrosaur/pyrosaur/statistics";
import type { NpConfig } from "./settings.ts";
import { printedDivergences } from "./explanation.ts";
import {
  distributionFigure,
  divergenceFigure,
  functionsFigure,
  growthFigure,
  shrinkFigure,
} from "./figures.ts";
import { MEASURES } from "./measures.ts";
import { type Outcome, outcomesOf } from "./outcome.ts";
import { processWith } from "./system.ts";
import type { Runs } from "./task.ts";
import { collapseTable, initialTable } from "./table.ts";

/** The quantiles that are reported. */
const QUANTILES = { q10: 0.1, q25: 0.25, median: 0.5, q75: 0.75, q90: 0.9 } as const;

/** The quantiles of one measure over the runs. */
function reportQuantiles(ctx: Context<NpConfig>, name: string, values: readonly number[], unit = ""): void {
  const known = finite(values), n = known.length;
  for (const [label, p] of Object.entries(QUANTILES)) {
    ctx.metric(`${name}/${label}`, quantile(known, p), { se: quantileError(known, p), n, unit });
  }
}

function reportOutcome(
  ctx: Context<NpConfig>,
  { setting, last, kl, loss, collapsed, diverged }: Outcome,
): void {
  for (const name of MEASURES) {
    if (name !== "kl") reportQuantiles(ctx, `${setting.name}/${name}`, last[name]);
  }
  reportQuantiles(ctx, `${setting.name}/kl`, kl, "nats");
  reportQuantiles(ctx, `${setting.name}/loss`, loss, "nats");
  const { rate, se, n } = share(collapsed);
  ctx.metric(`${setting.name}/collapsed`, rate, { se, n, direction: "lower" });
  ctx.metric(`${setting.name}/diverged`, diverged, { n: collapsed.length, direction: "lower" });
}

/** A row a look: medians and quartiles over the runs, and the share that has collapsed by then. */
function reportCourse(ctx: Context<NpConfig>, { setting, steps, measures }: Outcome): void {
  const rounded = (values: number[]) => values.map((x) => Number(x.toPrecision(5)));
  const columns = MEASURES.flatMap((name) =>
    (["q25", "median", "q75"] as const).map((label) => [
      `${name}_${label}`,
      rounded(measures[name].map((values) => quantile(finite(values), QUANTILES[label]))),
    ])
  );
  const below = measures["sd_at_-4"].map((values) =>
    share(values.map((sd) => sd < ctx.config.collapsedBelow)).rate
  );
  ctx.curve(setting.name, { step: steps, ...Object.fromEntries(columns), collapsed: rounded(below) });
}

/** Reports the outcomes of all settings. */
export function report(ctx: Context<NpConfig>, results: readonly Runs[]): void {
  const outcomes = outcomesOf(ctx.config, results);
  for (const { setting, collapsed } of outcomes) {
    const { rate, n } = share(collapsed);
    ctx.log(`${setting.name}: ${Math.round(100 * rate)}% of ${n} runs collapsed`);
  }
  const { collapsedBelow } = ctx.config, { adaptive, standard } = printedDivergences();
  ctx.metric("text/kl", adaptive, { unit: "nats" });
  ctx.metric("text/kl_from_standard_normal", standard, { unit: "nats" });
  for (const outcome of outcomes) {
    reportOutcome(ctx, outcome);
    reportCourse(ctx, outcome);
  }
  ctx.table("collapse", collapseTable(outcomes));
  ctx.table("initial", initialTable(outcomes));
  ctx.figure("growth", growthFigure(outcomes, collapsedBelow));
  ctx.figure("distribution", distributionFigure(outcomes, collapsedBelow));
  ctx.figure("functions", functionsFigure(outcomes));
  ctx.figure("shrink", shrinkFigure(outcomes));
  ctx.figure("divergence", divergenceFigure());
  const { setting, best } = outcomes.find((outcome) => outcome.setting.remedy) ?? outcomes[0];
  const params = Object.fromEntries(
    Object.entries(best.params).map((
      [name, { data, shape }],
    ) => [name, { data: Float32Array.from(data), shape }]),
  );
  const metadata = {
    experiment: "np_collapse",
    profile: ctx.profile,
    setting: setting.name,
    run: String(best.run),
  };
  ctx.file("parameters.safetensors", encodeNeuralProcess(params, processWith(setting.weights), metadata));
}
