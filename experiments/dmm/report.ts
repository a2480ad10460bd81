import { noteBaselines, type Polyphonic } from "@pyrosaur/pyrosaur/data";
import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import { dmm, encodeDmm } from "@pyrosaur/pyrosaur/models";
import type { Context } from "@pyrosaur/pyrosaur/results";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import { random } from "@pyrosaur/pyrosaur/tensor";
import { compositionFigure, nllFigure, reconstructionFigure } from "./figures.ts";
import type { Fit } from "./task.ts";
import type { DmmConfig } from "./settings.ts";
import { compose, reconstruct } from "./rolls.ts";
import { sequencesOf } from "./sequences.ts";
import { nllTable } from "./table.ts";
import { PUBLISHED } from "./targets.ts";

/** A line on one model. */
function logFit(ctx: Context<DmmConfig>, { numIafs, testNll, bestEpoch, seconds, restarts }: Fit): void {
  const again = restarts > 0 ? `, begun again ${restarts} times` : "";
  ctx.log(
    `${numIafs} flows: test NLL ${mean(testNll).toFixed(3)} at epoch ${bestEpoch}, ${
      Math.round(seconds)
    } s${again}`,
  );
}

/**
 * The numbers of one model. Most are of the epoch that was best on the validation part, the last
 * epoch's as the tutorial reports it has a name of its own.
 */
function reportFit(ctx: Context<DmmConfig>, fit: Fit, firstOrder: number): void {
  const at = (name: string) => `${name}/iafs=${fit.numIafs}`;
  const nll = { unit: "nats", direction: "lower" } as const;
  ctx.metric(at("test_nll"), fit.testNll, nll);
  ctx.metric(at("valid_nll"), fit.validNll, nll);
  ctx.metric(at("last_test_nll"), fit.lastTestNll, nll);
  ctx.metric(at("best_epoch"), fit.bestEpoch);
  ctx.config.bounds.forEach((count, i) => {
    const groups = Math.floor(ctx.config.bounds.at(-1)! / count);
    ctx.metric(at(`iw${count}_nll`), fit.bounds[i], { ...nll, n: groups });
  });
  ctx.metric(at("gain"), firstOrder - mean(fit.testNll), { unit: "nats", direction: "higher" });
  ctx.metric(at("seconds"), fit.seconds, { unit: "s", direction: "lower" });
  ctx.metric(at("restarts"), fit.restarts, { direction: "lower" });
}

/** The curves of one model: a row an epoch, and a row a look. */
function reportCurves(ctx: Context<DmmConfig>, { numIafs, curves }: Fit): void {
  const rounded = (values: readonly number[], digits: number) => values.map((v) => Number(v.toFixed(digits)));
  const { trainNll, epochs, seconds, validNll, testNll } = curves;
  ctx.curve(`train_iafs${numIafs}`, {
    epoch: trainNll.map((_, i) => i + 1),
    train_nll: rounded(trainNll, 4),
  });
  ctx.curve(`nll_iafs${numIafs}`, {
    epoch: epochs,
    seconds: rounded(seconds, 1),
    valid_nll: rounded(validNll, 4),
    test_nll: rounded(testNll, 4),
  });
}

/** The model with the lowest NLL of the validation part. */
export function bestOf(fits: readonly Fit[]): Fit {
  return fits.reduce((best, fit) => mean(fit.validNll) < mean(best.validNll) ? fit : best);
}

/** The number of composed pieces, and their length. */
const PIECES = 4, STEPS = 64;
/** Draws of compositions: apart from those of training and measuring. */
const COMPOSE = 5;

/** A reconstruction and compositions by the best model. */
async function reportRolls(
  ctx: Context<DmmConfig>,
  { options, params }: { options: Fit["options"]; params: SVIState["params"] },
  test: Polyphonic["test"],
): Promise<void> {
  const { compile, simulated } = ctx, model = dmm(options);
  const [probabilities] = await reconstruct(model, params, sequencesOf(test.slice(0, 1)).rows, compile);
  ctx.figure("reconstruction", reconstructionFigure(test[0], probabilities, { simulated }));
  const key = random.key(ctx.seeds[0]).foldIn(COMPOSE);
  const pieces = await compose(model, params, key, STEPS, PIECES, compile);
  ctx.figure("compositions", compositionFigure(pieces, { simulated }));
}

/** Reports all models. */
export async function report(ctx: Context<DmmConfig>, fits: readonly Fit[]): Promise<void> {
  const { value: pieces, name, sha256 } = ctx.dataset("jsb"), { simulated } = ctx;
  const { firstOrder } = noteBaselines(pieces.train, pieces.test);
  for (const fit of fits) {
    logFit(ctx, fit);
    reportFit(ctx, fit, firstOrder);
    reportCurves(ctx, fit);
  }
  ctx.table("nll", nllTable(fits, ctx.config.bounds, !simulated));
  const published = simulated || ctx.profile === "quick"
    ? []
    : fits.flatMap(({ numIafs: n }) => PUBLISHED[n] ?? []);
  ctx.figure("nll", nllFigure(fits, published, { simulated }));
  const best = bestOf(fits);
  await reportRolls(ctx, best, pieces.test);
  ctx.file(
    "parameters.safetensors",
    encodeDmm(best.params, best.options, {
      experiment: "dmm",
      profile: ctx.profile,
      epoch: String(best.bestEpoch),
      valid_nll: mean(best.validNll).toFixed(4),
      data: name,
      data_sha256: sha256 ?? "simulated",
    }),
  );
}
