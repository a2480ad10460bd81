import { inConsoles } from "../../system/mod.ts";
import { type HostArray, type random, sizeOf } from "../../tensor/mod.ts";
import { logSumExp, smoothWeights } from "../diagnostics/psis.ts";
import { resampled, systematic } from "./resample.ts";

/** Weighed draws, which stand for a posterior. */
export class ImportanceResult {
  /** The logs of the weights, smoothed and normalised; their tail's shape is `k`. */
  readonly #smoothed: ReturnType<typeof smoothWeights>;

  /** @internal `Importance.run` makes results. Throws where the weights are no weights. */
  constructor(
    /** The values of latent and computed sites by name, as they were drawn: `[draws, ...shape]`. */
    readonly samples: Readonly<Record<string, HostArray>>,
    /** The log weights log p(x, z) - log q(z), one a draw: as they are, not normalised. */
    readonly logWeights: Float64Array,
  ) {
    const odd = logWeights.findIndex((w) => Number.isNaN(w) || w === Infinity);
    if (odd >= 0) {
      throw new Error(
        `Cannot weigh draws: the log weight of draw ${odd} is ${
          logWeights[odd]
        }; look at the log densities of its ` +
          "sites, model and guide",
      );
    }
    if (logWeights.every((w) => w === -Infinity)) {
      throw new Error(
        `Cannot weigh draws: all ${logWeights.length} of them have weight 0; the data are impossible wherever the ` +
          "guide (or the prior) draws",
      );
    }
    this.#smoothed = smoothWeights(logWeights);
  }

  /** The log of the mean weight: the estimate of the log evidence (Pyro's `get_log_normalizer`). */
  get logEvidence(): number {
    return logSumExp(this.logWeights) - Math.log(this.logWeights.length);
  }

  /** The effective sample size, (sum of w)^2 / sum of w^2 (Pyro's `get_ESS`). */
  get ess(): number {
    return Math.exp(2 * logSumExp(this.logWeights) - logSumExp(this.logWeights.map((w) => 2 * w)));
  }

  /**
   * The shape of the weights' tail, k-hat (Pyro's `psis_diagnostic`): below 0.5 good, above 0.7 the
   * guide is too far from the posterior. NaN with fewer than 25 draws, and for equal weights.
   */
  get k(): number {
    return this.#smoothed.k;
  }

  /** The weights, Pareto-smoothed (Vehtari et al. 2024), which sum to 1. */
  get weights(): Float64Array {
    return this.#smoothed.logWeights.map(Math.exp);
  }

  /** Returns the posterior mean of a site, by the smoothed weights. Throws for an unknown name. */
  mean(name: string): HostArray {
    if (!Object.hasOwn(this.samples, name)) {
      throw new Error(`Cannot average "${name}": there are ${Object.keys(this.samples).join(", ")}`);
    }
    const { data, shape: [, ...shape] } = this.samples[name], { weights } = this, size = sizeOf(shape);
    const sum = (at: number) => weights.reduce((total, w, i) => total + w * data[i * size + at], 0);
    return { data: Float64Array.from({ length: size }, (_, at) => sum(at)), shape };
  }

  /**
   * Draws from the draws by their smoothed weights, systematically: one of weight w comes about
   * n w times, one up or down. `Predictive` takes the result as `posteriorSamples`, `summary` too.
   *
   * @param key the source of all randomness
   * @param count the number of draws, n (default: as many as there are)
   * @returns values by name, `[count, ...shape]`
   */
  resample(key: random.ThreefryKey, count: number = this.logWeights.length): Record<string, HostArray> {
    const chosen = systematic(key, this.weights, count);
    return Object.fromEntries(
      Object.entries(this.samples).map(([name, array]) => [name, resampled(array, chosen)]),
    );
  }

  /** A line on the draws, with a warning where they cannot be relied on. */
  toString(): string {
    const { logWeights: { length }, ess, k, logEvidence } = this;
    // With fewer draws a tail has to be lighter (Vehtari et al. 2024).
    const isBad = k > Math.min(1 - 1 / Math.log10(length), 0.7);
    return `${length} draws, effective ${ess.toFixed(1)}, k-hat ${k.toFixed(2)}, log evidence ` +
      `${logEvidence.toFixed(3)}${
        isBad ? "\nThe weights cannot be relied on: take a guide that is nearer" : ""
      }`;
  }

  /** The text, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}
