import { mean, moments } from "@pyrosaur/pyrosaur/statistics";
import type { NetworkName } from "./settings.ts";
import type { Outcome } from "./outcome.ts";

/**
 * The numbers that the text prints of the last layer. For the standard deviation of the Bayesian
 * network's means it prints their mean a second time: a slip.
 */
export const PRINTED = {
  nn: { mean: -0.0025901748, sd: 0.30395043 },
  bnn: { mean: 0.0005974418, "sd, as printed": 0.0005974418 },
} as const;

/** The last layer of a network on the text's split: a number for each seed. */
export interface WeightSummary {
  /** Means of its weights, or of the means of their posteriors. */
  readonly mean: readonly number[];
  /** Their standard deviations over the units. */
  readonly sd: readonly number[];
  /** The mean standard deviation of the posteriors, of a Bayesian network. */
  readonly scale?: readonly number[];
}

/** Returns the last layer of a network in numbers. */
export function weightsOf({ source }: Outcome): WeightSummary {
  const layers = source.last!, all = layers.map(({ loc }) => moments(loc));
  return {
    mean: all.map((own) => own.mean),
    sd: all.map((own) => own.sd),
    ...(layers[0].scale && { scale: layers.map(({ scale }) => mean(scale!)) }),
  };
}

/** All weights of the last layer, of all seeds, for a density. */
export const allWeights = (
  outcomes: Readonly<Record<NetworkName, Outcome>>,
  name: NetworkName,
): Float64Array => Float64Array.from(outcomes[name].source.last!.flatMap(({ loc }) => Array.from(loc)));
