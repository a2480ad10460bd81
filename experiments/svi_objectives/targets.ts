import type { Target } from "@pyrosaur/pyrosaur/results";
import reference from "../rugged/reference.json" with { type: "json" };
import { BETA } from "./examples/beta_vae.ts";
import { examples } from "./examples/mod.ts";

type Targets = Record<string, Target>;

/** Differences of the two forms of each example: rounding errors, in either element type. */
const differences: Targets = Object.fromEntries(examples.flatMap(({ name }) => [
  [`${name}/max_difference`, { value: 0, tolerance: 1e-6, source: "equal in theory; rounding in float32" }],
  [
    `${name}/float64/max_difference`,
    { value: 0, tolerance: 1e-12, source: "equal in theory; rounding in float64" },
  ],
]));

/** The beta-VAE's weight makes the posterior wider: by its root, where the prior hardly counts. */
const width: Targets = {
  "beta_vae/sd_ratio": {
    value: Math.sqrt(BETA),
    tolerance: 0.3,
    source: "the root of beta: the posterior of a likelihood to the power 1 / beta under a flat prior",
  },
};

const INTRODUCTION =
  "Pyro, Introduction to Pyro (AutoNormal, one run); within three standard deviations from seed to seed";

/** The examples that lead to the fit of Pyro's introduction, by whichever way. */
const SAME_FIT = ["basic", "low_level", "scaled_loss", "custom_elbo", "kl_annealing"];

/** The published fit. Its slopes are those of independent normals; deviations as in `rugged`. */
const fits: Targets = Object.fromEntries(SAME_FIT.flatMap((name) => [
  [`${name}/loss`, {
    value: 250,
    tolerance: 3,
    source: "Pyro, Introduction to Pyro (about 250 at the last steps)",
  }],
  [`${name}/slope/within/mean`, {
    value: 0.166,
    tolerance: 3 * Math.hypot(0.014, 0.015),
    source: INTRODUCTION,
  }],
  [`${name}/slope/outside/mean`, { value: -0.19, tolerance: 3 * 0.014, source: INTRODUCTION }],
]));

/** Published and known values by metric name. */
export const targets: Readonly<Targets> = { ...differences, ...width, ...fits };

/**
 * Targets for simulated data: the slopes they were drawn at, within four standard deviations that
 * the reference's posterior has for data of this size.
 */
export function recovery({ bR, bAR }: Readonly<Record<string, number>>): Targets {
  const source = "what the data were drawn at",
    { slope_within_africa: within, slope_outside: outside } = reference;
  const slopes = SAME_FIT.flatMap((name) => [
    [`${name}/slope/within/mean`, { value: bR + bAR, tolerance: 4 * within.sd, source }],
    [`${name}/slope/outside/mean`, { value: bR, tolerance: 4 * outside.sd, source }],
  ]);
  return { ...differences, ...Object.fromEntries(slopes) };
}
