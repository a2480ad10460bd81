import { inConsoles } from "../../system/mod.ts";
import { type HostArray, type random, sizeOf } from "../../tensor/mod.ts";
import { resampled, systematic } from "../importance/resample.ts";

/** The arrays of a filter, as it computes them: those of steps have the steps first. */
export interface Filtered<T> {
  readonly initial: { readonly values: Record<string, T>; readonly increment: T; readonly logWeights: T };
  readonly steps: {
    readonly values: Record<string, T>;
    readonly logWeights: T;
    readonly increment: T;
    readonly ess: T;
    readonly isLow: T;
    readonly ancestors: T;
  };
}

/** The particles of all steps of a filter, with their weights. */
export class SMCResult {
  /** The log density of each observation given those before it, as estimated: `[steps]`. */
  readonly logEvidences: Float64Array;
  /** The effective number of particles before each step, by which they are resampled: `[steps]`. */
  readonly ess: Float64Array;
  /** The steps that the particles were resampled before. */
  readonly resampledSteps: readonly number[];
  readonly #found: Filtered<HostArray>;

  /** @internal `SMCFilter.run` makes results. Throws where the particles have no weights. */
  constructor(found: Filtered<HostArray>) {
    this.#found = found;
    const { initial, steps } = found, logEvidences = Float64Array.from(steps.increment.data);
    const all = [initial.increment.data[0], ...logEvidences], odd = all.findIndex((x) => !Number.isFinite(x));
    if (odd >= 0) {
      const at = odd === 0 ? "init" : `step ${odd - 1}`;
      throw new Error(
        all[odd] === -Infinity
          ? `Cannot filter: at ${at} all particles have weight 0; the data are impossible where they are: take more ` +
            "particles, or a guide that looks at the data"
          : `Cannot filter: at ${at} the log weights are ${all[odd]}; look at the log densities of its sites`,
      );
    }
    this.logEvidences = logEvidences;
    this.ess = Float64Array.from(steps.ess.data);
    this.resampledSteps = [...logEvidences.keys()].filter((t) => steps.isLow.data[t]);
  }

  /** The estimate of the log evidence of all data; that of the evidence itself is unbiased. */
  get logEvidence(): number {
    return this.logEvidences.reduce((a, b) => a + b, this.#found.initial.increment.data[0]);
  }

  /** The values of the steps' latent and computed sites by name, `[steps, particles, ...shape]`. */
  get particles(): Readonly<Record<string, HostArray>> {
    return this.#found.steps.values;
  }

  /** The logs of the normalised weights after each step, `[steps, particles]`. */
  get logWeights(): HostArray {
    return this.#found.steps.logWeights;
  }

  /**
   * Returns the mean of a site at each step given the data up to then, `[steps, ...shape]`.
   * @throws Error for a name that no step has.
   */
  mean(name: string): HostArray {
    const { particles, logWeights: { data: logs, shape: [steps, count] } } = this;
    if (!Object.hasOwn(particles, name)) {
      throw new Error(
        `Cannot average "${name}": the steps have ${Object.keys(particles).join(", ") || "no sites"}`,
      );
    }
    const { data, shape: [, , ...shape] } = particles[name], size = sizeOf(shape);
    const result = new Float64Array(steps * size);
    for (let row = 0; row < steps * count; row++) {
      const weight = Math.exp(logs[row]), to = Math.floor(row / count) * size;
      if (weight > 0) { for (let i = 0; i < size; i++) result[to + i] += weight * data[row * size + i]; }
    }
    return { data: result, shape: [steps, ...shape] };
  }

  /**
   * Draws histories of particles by their weights at the end, systematically: from the posterior of
   * all steps given all data, the less varied the further they lie back. They have the form that a
   * model with `scan` takes: `Predictive` as `posteriorSamples`, `summary` too.
   *
   * @param key the source of all randomness
   * @param count the number of draws (default: as many as there are particles)
   * @returns values by name, `[count, steps, ...shape]`; those of `init` without the steps
   */
  resample(key: random.ThreefryKey, count?: number): Record<string, HostArray> {
    const { initial, steps: { values, logWeights, ancestors } } = this.#found, [steps, n] = logWeights.shape;
    const last = Float64Array.from(logWeights.data.subarray((steps - 1) * n), Math.exp);
    let chosen = systematic(key, last, count ?? n);
    const rows = new Uint32Array(chosen.length * steps);
    for (let t = steps - 1; t >= 0; t--) {
      chosen.forEach((particle, i) => rows[i * steps + t] = t * n + particle);
      chosen = chosen.map((particle) => ancestors.data[t * n + particle]);
    }
    const histories = Object.entries(values).map(([name, { data, shape: [, , ...shape] }]) => {
      const { data: found } = resampled({ data, shape: [steps * n, ...shape] }, rows);
      return [name, { data: found, shape: [rows.length / steps, steps, ...shape] }] as const;
    });
    const starts = Object.entries(initial.values).map(([name, array]) =>
      [name, resampled(array, chosen)] as const
    );
    return Object.fromEntries([...starts, ...histories]);
  }

  /** A line on the run. */
  toString(): string {
    const { logWeights: { shape: [steps, count] }, resampledSteps, ess, logEvidence } = this;
    return `${count} particles, ${steps} steps, resampled before ${resampledSteps.length} of them, effective at least ` +
      `${Math.min(...ess).toFixed(1)}, log evidence ${logEvidence.toFixed(3)}`;
  }

  /** The text, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}
