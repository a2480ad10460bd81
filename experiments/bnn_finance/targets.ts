import type { Target } from "@pyrosaur/pyrosaur/results";
import { PRINTED } from "./weights.ts";

const TEXT = "A. Honchar, Financial forecasting with probabilistic programming and Pyro (2018), notebook";

/** The split of the text in arithmetic: known to six digits. */
const known = (value: number, what: string): Target => ({
  value,
  tolerance: 5e-7,
  source: `${what} on the split of the text, by NumPy`,
});

/** The number of weights of the last layer. */
const UNITS = 25;

/** Published and known values by metric name. */
export const targets: Readonly<Record<string, Target>> = {
  "zero/mse": known(0.005726, "the mean square of the changes"),
  "least_squares/mse": known(0.009016, "least squares"),
  "nn/mse": {
    value: 0.0094,
    tolerance: 0.0035,
    source:
      `${TEXT}: the plain network after 100 epochs, one run; within three standard deviations from seed to seed`,
  },
  "weights/nn/mean": {
    value: PRINTED.nn.mean,
    tolerance: 3 * PRINTED.nn.sd / Math.sqrt(UNITS),
    source: `${TEXT}: the mean of the last layer, one run; within three standard errors of ${UNITS} weights`,
  },
  "weights/nn/sd": {
    value: PRINTED.nn.sd,
    tolerance: 3 * PRINTED.nn.sd / Math.sqrt(2 * UNITS),
    source:
      `${TEXT}: the deviation of the last layer, one run; within three standard errors of ${UNITS} weights`,
  },
  "weights/bnn_source/mean": {
    value: PRINTED.bnn.mean,
    tolerance: 0.05,
    source:
      `${TEXT}: the mean of the last layer's means, one run; for their standard deviation it prints the same number again`,
  },
};

/** The days of the shortest run, which a tolerance is for. */
const DAYS = 120;

/**
 * Targets for simulated data: the parameters of the random walk, within four standard errors, and
 * the error of forecasting no change that follows from them.
 */
export function recovery({ drift, volatility }: Readonly<Record<string, number>>): Record<string, Target> {
  const days = 898, source = "what the data were drawn at", variance = volatility ** 2;
  const square = Math.exp(2 * drift + 2 * variance) - 2 * Math.exp(drift + variance / 2) + 1;
  return {
    "series/drift": { value: drift, tolerance: 4 * volatility / Math.sqrt(days), source },
    "series/volatility": { value: volatility, tolerance: 4 * volatility / Math.sqrt(2 * days), source },
    "rolling/zero/mse": { value: square, tolerance: 4 * square * Math.sqrt(2 / DAYS), source },
  };
}
