import type { Profiles } from "@pyrosaur/pyrosaur/results";
import type { FormName } from "./model.ts";

/** The training of a form. */
export interface TrainingConfig {
  /** Hidden states: in the factorial and coupled forms of two variables, of the root each. */
  readonly hidden: number;
  /** Steps of Adam. */
  readonly steps: number;
  /** Sequences in a step. */
  readonly batch: number;
  /** The rate that falls to 0 along half a cosine. */
  readonly learningRate: number;
}

/** The settings of the experiment. */
export interface HmmConfig extends TrainingConfig {
  /** The forms. */
  readonly forms: readonly FormName[];
  /** Training pieces, the first ones. */
  readonly pieces: number;
  /** Test pieces, the first ones. */
  readonly tested: number;
  /** Rounds of Baum-Welch. */
  readonly rounds: number;
}

const common = {
  seeds: 1,
  hidden: 16,
  forms: ["plain", "last notes", "factorial", "coupled"] as const,
};

/** `quick` sees few pieces, and not for long. */
export const profiles: Profiles<HmmConfig> = {
  quick: { ...common, pieces: 40, tested: 20, steps: 100, batch: 5, learningRate: 0.3, rounds: 20 },
  full: { ...common, pieces: 229, tested: 77, steps: 1000, batch: 40, learningRate: 0.1, rounds: 100 },
};
