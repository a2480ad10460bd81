import type { Settings } from "@pyrosaur/pyrosaur/results";
import {
  coverage,
  type Intervals,
  mean,
  moments,
  predictiveIntervals,
  standardDeviation,
} from "@pyrosaur/pyrosaur/statistics";
import { random } from "@pyrosaur/pyrosaur/tensor";
import { type Countries, tensorsOf } from "./countries.ts";
import { type Data, fitGuide, fitLikelihood, type GuideName, GUIDES } from "./fits.ts";
import type { LeastSquares } from "./least_squares.ts";
import { type Draws, posteriorOf } from "./posterior.ts";
import type { RuggedConfig } from "./settings.ts";
import { slopesOf } from "./slopes.ts";
import { COEFFICIENTS } from "./targets.ts";

/** All fits of one seed. */
export interface SeedTask extends Pick<Settings<RuggedConfig>, "config" | "compile"> {
  /** The seed. */
  readonly seed: number;
  /** The data. */
  readonly countries: Countries;
  /** True where figures show it: the result then has the fits themselves beside their numbers. */
  readonly shown: boolean;
}

/** The result of one guide. */
interface GuideResult {
  /** The loss of each step. */
  readonly losses: ArrayLike<number>;
  /** Draws from the fitted guide. */
  readonly draws: Draws;
  /** Predictive intervals of 90% for each country. */
  readonly intervals: Intervals;
}

/** The fits of one seed. */
export interface SeedFits extends Readonly<Record<GuideName, GuideResult>> {
  /** Maximum likelihood. */
  readonly mle: LeastSquares;
}

/** The result of one seed. */
export interface SeedResult {
  /** Values by metric name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The fits, where figures show them. */
  readonly fits?: SeedFits;
}

async function runGuide(name: GuideName, data: Data, task: SeedTask): Promise<GuideResult> {
  const fit = await fitGuide(name, data, task);
  const key = random.key(task.seed).foldIn(GUIDES.indexOf(name));
  const { draws, predictions } = await posteriorOf(fit, key, data, task);
  return { losses: fit.losses, draws, intervals: predictiveIntervals(predictions) };
}

/** The numbers of one seed's fits. */
function metricsOf(fits: SeedFits, logGdp: ArrayLike<number>, window: number): Record<string, number> {
  const metrics: Record<string, number> = {};
  const add = (name: string, draws: ArrayLike<number>) => {
    const { mean, sd } = moments(draws);
    Object.assign(metrics, { [`${name}/mean`]: mean, [`${name}/sd`]: sd });
  };
  for (const [name, value] of Object.entries(fits.mle)) metrics[`mle/${name}`] = value;
  for (const guide of GUIDES) {
    const { draws, losses, intervals } = fits[guide], { within, outside } = slopesOf(draws);
    for (const name of COEFFICIENTS) add(`${guide}/${name}`, draws[name]);
    metrics[`${guide}/loss`] = mean(Array.from(losses).slice(-window));
    add(`${guide}/slope/within`, within);
    add(`${guide}/slope/outside`, outside);
    metrics[`${guide}/slope/sd_ratio`] = standardDeviation(outside) / standardDeviation(within);
    metrics[`${guide}/coverage90`] = coverage(intervals, logGdp);
  }
  return metrics;
}

/** Fits the likelihood and the three guides with one seed. */
export async function perform(task: SeedTask): Promise<SeedResult> {
  const data = tensorsOf(task.countries);
  const fits: SeedFits = {
    mle: await fitLikelihood(data, task),
    autonormal: await runGuide("autonormal", data, task),
    custom: await runGuide("custom", data, task),
    mvn: await runGuide("mvn", data, task),
  };
  data.forEach((tensor) => tensor.dispose());
  const metrics = metricsOf(fits, task.countries.logGdp, task.config.lossWindow);
  return { metrics, ...(task.shown && { fits }) };
}
