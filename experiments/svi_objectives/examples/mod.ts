/** The source's nine examples, in its order. @module */
import type { Example } from "../form.ts";
import { basic } from "./basic.ts";
import { betaVae } from "./beta_vae.ts";
import { clipping } from "./clipping.ts";
import { customElbo } from "./custom_elbo.ts";
import { klAnnealing } from "./kl_annealing.ts";
import { lowLevel } from "./low_level.ts";
import { regularised } from "./regulariser.ts";
import { scaledLoss } from "./scaled_loss.ts";
import { twoOptimisers } from "./two_optimisers.ts";

/** The examples. */
export const examples: readonly Example[] = [
  basic,
  lowLevel,
  regularised,
  clipping,
  scaledLoss,
  betaVae,
  twoOptimisers,
  customElbo,
  klAnnealing,
];
