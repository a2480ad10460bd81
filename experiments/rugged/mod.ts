/**
 * Pyro's introduction, whole: what does the ruggedness of its terrain do to a country's GDP, in
 * Africa and elsewhere?
 *
 * @module
 */
import type { Context, Experiment } from "../../lib/results/experiment.ts";
import { mean, moments, standardDeviation } from "../../lib/statistics/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { type RuggedConfig, settings } from "./config.ts";
import { countriesOf, tensorsOf } from "./countries.ts";
import { coverage, predictiveIntervals } from "./coverage.ts";
import { type Data, fitGuide, fitLikelihood, type GuideName, GUIDES } from "./fits.ts";
import { posteriorOf } from "./posterior.ts";
import { type GuideResult, posteriorTable, reportFigures, reportModels, type SeedResult } from "./report.ts";
import { slopesOf } from "./slopes.ts";
import { COEFFICIENTS, recovery, targets } from "./targets.ts";
import { thinned } from "./thinned.ts";

/** Losses are written as means over stretches: so many of them. */
const CURVE_POINTS = 500;

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

async function runGuide(
  ctx: Context<RuggedConfig>,
  name: GuideName,
  seed: number,
  data: Data,
): Promise<GuideResult> {
  const fit = await fitGuide(name, seed, data, ctx);
  const { draws, predictions } = await posteriorOf(
    fit,
    random.key(seed).foldIn(GUIDES.indexOf(name)),
    data,
    ctx,
  );
  return { losses: fit.losses, draws, intervals: predictiveIntervals(predictions) };
}

async function runSeed(ctx: Context<RuggedConfig>, seed: number, data: Data): Promise<SeedResult> {
  return {
    mle: await fitLikelihood(seed, data, ctx),
    autonormal: await runGuide(ctx, "autonormal", seed, data),
    custom: await runGuide(ctx, "custom", seed, data),
    mvn: await runGuide(ctx, "mvn", seed, data),
  };
}

function tallySeed(tally: Tally, result: SeedResult, logGdp: ArrayLike<number>, window: number): void {
  for (const [name, value] of Object.entries(result.mle)) add(tally, `mle/${name}`, value);
  for (const guide of GUIDES) {
    const { draws, losses, intervals } = result[guide];
    for (const name of COEFFICIENTS) addMoments(tally, `${guide}/${name}`, draws[name]);
    const { within, outside } = slopesOf(draws);
    add(tally, `${guide}/loss`, mean(Array.from(losses).slice(-window)));
    addMoments(tally, `${guide}/slope/within`, within);
    addMoments(tally, `${guide}/slope/outside`, outside);
    add(tally, `${guide}/slope/sd_ratio`, standardDeviation(outside) / standardDeviation(within));
    add(tally, `${guide}/coverage90`, coverage(intervals, logGdp));
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
    ctx.curve(`loss_${name}`, thinned(first![name].losses, CURVE_POINTS));
  }
  ctx.table("posteriors", posteriorTable(first!, ctx.simulated));
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
