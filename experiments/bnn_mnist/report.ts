import { encodeBayesianClassifier } from "@pyrosaur/pyrosaur/models";
import type { Context, Direction } from "@pyrosaur/pyrosaur/results";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import {
  calibrationFigure,
  entropyFigure,
  type Outcomes,
  rejectionFigure,
  rotationFigure,
} from "./figures.ts";
import { classifierOf, sizesOf } from "./methods.ts";
import { ANGLES, type BnnConfig, METHODS, SYSTEMS } from "./settings.ts";
import { systemsTable } from "./table.ts";
import type { Fit } from "./task.ts";

/** Returns the measurements by system, of all seeds. */
export function outcomesOf(fits: readonly Fit[]): Outcomes {
  const of = (name: string) =>
    fits.flatMap(({ systems }) =>
      systems.filter((system) => system.name === name).map(({ measured }) => measured)
    );
  return Object.fromEntries(SYSTEMS.map((name) => [name, of(name)])) as unknown as Outcomes;
}

/** The way in which a measure is better, by the beginning of its name. */
function directionOf(name: string): Direction {
  if (name === "nll" || name === "ece") return "lower";
  return name.startsWith("entropy") ? "target" : "higher";
}

const unitOf = (name: string): string => name === "nll" || name.startsWith("entropy") ? "nats" : "";

const rounded = (values: readonly number[]): number[] => values.map((x) => Number(x.toPrecision(6)));

/** The numbers of every system and training. */
function reportMetrics(ctx: Context<BnnConfig>, outcomes: Outcomes, fits: readonly Fit[]): void {
  for (const system of SYSTEMS) {
    for (const name of Object.keys(outcomes[system][0].metrics)) {
      const values = outcomes[system].map(({ metrics }) => metrics[name]);
      ctx.metric(`${system}/${name}`, values, { unit: unitOf(name), direction: directionOf(name) });
    }
  }
  for (const method of METHODS) {
    const own = fits.filter((fit) => fit.method === method);
    const of = (name: string, value: (fit: Fit) => number, unit = "", direction: Direction = "target") =>
      ctx.metric(`${method}/${name}`, own.map(value), { unit, direction });
    of("train_loss", ({ losses }) => losses.at(-1)!, "nats");
    of("seconds", ({ seconds }) => seconds, "s", "lower");
    if (method === "plain") continue;
    of("text_rule/forced", ({ rule }) => rule!.forced);
    of("text_rule/kept", ({ rule }) => rule!.kept);
    of("text_rule/kept_accuracy", ({ rule }) => rule!.keptAccuracy);
    of("posterior/sd", ({ posterior }) => posterior!.sd);
    of("posterior/loc", ({ posterior }) => posterior!.loc);
    of("posterior/divergence", ({ posterior }) => posterior!.divergence, "nats a weight");
  }
}

/** The curves, means over seeds. */
function reportCurves(ctx: Context<BnnConfig>, outcomes: Outcomes, fits: readonly Fit[]): void {
  for (const method of METHODS) {
    const [first, ...others] = fits.filter((fit) => fit.method === method);
    const losses = first.losses.map((loss, i) => mean([loss, ...others.map((fit) => fit.losses[i])]));
    ctx.curve(`loss_${method}`, { epoch: losses.map((_, i) => i + 1), loss: rounded(losses) });
  }
  for (const system of SYSTEMS) {
    const own = outcomes[system], { kept } = own[0].rejection;
    const meanAt = (of: (one: typeof own[number]) => readonly number[]) =>
      rounded(of(own[0]).map((_, i) => mean(own.map((one) => of(one)[i]))));
    ctx.curve(`rejection_${system}`, {
      kept,
      accuracy: meanAt((one) => one.rejection.accuracy),
      threshold: meanAt((one) => one.rejection.threshold),
    });
    ctx.curve(`rotation_${system}`, {
      degrees: ANGLES,
      entropy: meanAt((one) => one.byAngle.entropy),
      accuracy: meanAt((one) => one.byAngle.accuracy),
    });
  }
}

/** Reports all systems. */
export function report(ctx: Context<BnnConfig>, fits: readonly Fit[]): void {
  const outcomes = outcomesOf(fits), { simulated } = ctx, { trainImages, training } = ctx.config;
  for (const system of SYSTEMS) {
    const [accuracy, nll] = ["accuracy", "nll"].map((name) =>
      mean(outcomes[system].map(({ metrics }) => metrics[name]))
    );
    ctx.log(`${system}: accuracy ${accuracy.toFixed(4)}, NLL ${nll.toFixed(3)}`);
  }
  reportMetrics(ctx, outcomes, fits);
  reportCurves(ctx, outcomes, fits);
  ctx.table("systems", systemsTable(outcomes));
  ctx.figure("rejection", rejectionFigure(outcomes, { simulated }));
  ctx.figure("calibration", calibrationFigure(outcomes, { simulated }));
  ctx.figure("entropy", entropyFigure(outcomes, { simulated }));
  ctx.figure("rotation", rotationFigure(outcomes, { simulated }));
  const { value, name, sha256 } = ctx.dataset("mnist"), kept = fits.find(({ params }) => params)!;
  const sizes = sizesOf(value.train.rows * value.train.columns, training.hidden);
  ctx.file(
    "parameters.safetensors",
    encodeBayesianClassifier(kept.params!, classifierOf("scaled", sizes, trainImages), {
      experiment: "bnn_mnist",
      profile: ctx.profile,
      method: kept.method,
      seed: String(kept.seed),
      data: name,
      data_sha256: sha256 ?? "simulated",
    }),
  );
}
