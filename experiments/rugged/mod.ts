/** Pyro's introduction, whole: what does the ruggedness of its terrain do to a country's GDP, in Africa and elsewhere? @module */
import type { Context, Experiment } from "../../lib/results/experiment.ts";
import { random } from "../../lib/tensor/mod.ts";
import { type RuggedConfig, settings } from "./config.ts";
import { countriesOf, tensorsOf } from "./countries.ts";
import { coverage, predictiveIntervals } from "./coverage.ts";
import { type Data, fitGuide, fitLikelihood, GUIDES } from "./fits.ts";
import { moments, tailMean } from "./moments.ts";
import { posteriorDraws, predictions } from "./posterior.ts";
import { posteriorTable, reportFigures, reportModels, type SeedResult } from "./report.ts";
import { slopesOf } from "./slopes.ts";
import { COEFFICIENTS, recovery, targets } from "./targets.ts";

/** Values of metrics, one a seed. */
type Tally = Map<string, number[]>;

function add(tally: Tally, name: string, value: number): void {
  const values = tally.get(name);
  if (values) values.push(value);
  else tally.set(name, [value]);
}

function addMoments(tally: Tally, name: string, draws: ArrayLike<number>): void {
  const { mean, sd } = moments(draws);
  add(tally, `${name}/mean`, mean);
  add(tally, `${name}/sd`, sd);
}

async function runSeed(ctx: Context<RuggedConfig>, seed: number, data: Data): Promise<SeedResult> {
  const { config } = ctx, mle = await fitLikelihood(seed, data, ctx);
  const draws: Record<string, unknown> = {},
    losses: Record<string, unknown> = {},
    intervals: Record<string, unknown> = {};
  for (const [i, name] of GUIDES.entries()) {
    const fit = await fitGuide(name, seed, data, ctx),
      [forDraws, forPredictions] = random.key(seed).foldIn(i).split(2);
    losses[name] = fit.losses;
    draws[name] = await posteriorDraws(fit, forDraws, config.draws, data);
    if (name === "custom") continue;
    intervals[name] = predictiveIntervals(await predictions(fit, forPredictions, config.predictions, data));
  }
  return { mle, draws, losses, intervals } as unknown as SeedResult;
}

function tallySeed(
  tally: Tally,
  { mle, draws, losses, intervals }: SeedResult,
  logGdp: ArrayLike<number>,
  window: number,
): void {
  for (const [name, value] of Object.entries(mle)) add(tally, `mle/${name}`, value);
  for (const guide of GUIDES) {
    for (const name of COEFFICIENTS) addMoments(tally, `${guide}/${name}`, draws[guide][name]);
  }
  for (const guide of ["autonormal", "mvn"] as const) {
    const { within, outside } = slopesOf(draws[guide]);
    add(tally, `${guide}/loss`, tailMean(losses[guide], window));
    addMoments(tally, `${guide}/slope/within`, within);
    addMoments(tally, `${guide}/slope/outside`, outside);
    add(tally, `${guide}/slope/sd_ratio`, moments(outside).sd / moments(within).sd);
    add(tally, `${guide}/coverage90`, coverage(intervals[guide], logGdp));
  }
}

async function run(ctx: Context<RuggedConfig>): Promise<void> {
  const countries = countriesOf(ctx.dataset("rugged").value), data = tensorsOf(countries);
  await reportModels(ctx, data);
  const tally: Tally = new Map();
  let first: SeedResult | undefined;
  {
    using bar = ctx.progress("seeds", ctx.seeds.length);
    for (const [i, seed] of ctx.seeds.entries()) {
      const result = await runSeed(ctx, seed, data);
      tallySeed(tally, result, countries.logGdp, ctx.config.lossWindow);
      first ??= result;
      bar.update(i + 1);
    }
  }
  for (const [name, values] of tally) {
    ctx.metric(name, values, { unit: name.endsWith("/loss") ? "nats" : "" });
  }
  for (const name of GUIDES) {
    ctx.curve(`loss_${name}`, {
      step: Float64Array.from(first!.losses[name], (_, i) => i),
      loss: first!.losses[name],
    });
  }
  ctx.table("posteriors", posteriorTable(first!, !ctx.simulated));
  reportFigures(ctx, countries, first!);
}

/** The experiment. */
export const experiment: Experiment<RuggedConfig> = {
  name: "rugged",
  title: "Ruggedness and GDP",
  question:
    "Is a rugged terrain good for a country's GDP in Africa and bad elsewhere, and how sure can one be? " +
    "Pyro's introduction, by maximum likelihood, by mean-field and by full-rank variational inference.",
  data: ["rugged"],
  profiles: {
    quick: { ...settings, seeds: 2 },
    full: { ...settings, seeds: 10 },
  },
  targets,
  recovery,
  run,
};

export default experiment;
