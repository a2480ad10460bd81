import {
  adam,
  AutoMultivariateNormal,
  AutoNormal,
  cosineDecay,
  initToFeasible,
  type LearningRate,
  SVI,
  TraceELBO,
} from "@pyrosaur/pyrosaur/infer";
import { ruggedGuide, ruggedLikelihood, ruggedRegression } from "@pyrosaur/pyrosaur/models";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random, type Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { RuggedConfig } from "./settings.ts";
import type { LeastSquares } from "./least_squares.ts";

/** The arguments of the model. */
export type Data = [isAfrica: Tensor, ruggedness: Tensor, logGdp: Tensor];

/** The seed and the settings of fits. */
export interface FitSettings extends Pick<Settings<RuggedConfig>, "config" | "compile"> {
  /** The seed. */
  readonly seed: number;
}

/** The guides by the name they have in metrics. */
export const GUIDES = ["autonormal", "custom", "mvn"] as const;

/** The name of a guide. */
export type GuideName = typeof GUIDES[number];

type Model = (...args: any[]) => unknown;

/** A guide that was fitted. */
export interface Fit {
  /** The guide. */
  readonly guide: Model;
  /** Its parameters by name. */
  readonly params: Record<string, Tensor>;
  /** The loss of each step. */
  readonly losses: ArrayLike<number>;
}

const longRate = ({ longLearningRate: init, longSteps: steps }: RuggedConfig): LearningRate =>
  cosineDecay({ init, steps });

/** Maximum likelihood: the coefficients are parameters, and the guide has no sites. */
export async function fitLikelihood(
  data: Data,
  { seed, config, compile }: FitSettings,
): Promise<LeastSquares> {
  const svi = new SVI(ruggedLikelihood, () => {}, adam({ lr: longRate(config) }), new TraceELBO());
  const { params } = await svi.run(random.key(seed), config.longSteps, data, compile);
  await svi.release();
  const value = (name: string) => params[name].dataSync()[0];
  return { a: value("a"), bA: value("bA"), bR: value("bR"), bAR: value("bAR"), sigma: value("sigma") };
}

/**
 * AutoNormal starts at 0 in unconstrained space, and here the full-rank guide does too: its own
 * default, the median of a few draws from the prior, can lie so far out that many steps are spent
 * on coming back.
 */
const makers: Record<GuideName, () => Model> = {
  autonormal: () => new AutoNormal(ruggedRegression),
  custom: () => ruggedGuide,
  mvn: () => new AutoMultivariateNormal(ruggedRegression, { initStrategy: initToFeasible() }),
};

/** The Bayesian model with one of the guides. */
export async function fitGuide(
  name: GuideName,
  data: Data,
  { seed, config, compile }: FitSettings,
): Promise<Fit> {
  const guide = makers[name](), isShort = name === "autonormal";
  const lr = isShort ? config.learningRate : longRate(config),
    steps = isShort ? config.steps : config.longSteps;
  const svi = new SVI(ruggedRegression, guide, adam({ lr }), new TraceELBO());
  const { params, losses } = await svi.run(random.key(seed), steps, data, compile);
  await svi.release();
  return { guide, params, losses };
}
