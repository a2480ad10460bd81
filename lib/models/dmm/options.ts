import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { checkSizes } from "../../nn/mod.ts";
import { random } from "../../tensor/mod.ts";

/** The sizes of a Deep Markov Model; the defaults are the tutorial's. */
export interface DmmOptions {
  /** The number of notes (default 88). */
  inputDim?: number;
  /** Size of the latent state (default 100). */
  zDim?: number;
  /** Hidden units of the emitter (default 100). */
  emissionDim?: number;
  /** Hidden units of the transition (default 200). */
  transitionDim?: number;
  /** Hidden units of the guide's recurrent network (default 600). */
  rnnDim?: number;
  /** Inverse autoregressive flows behind the guide's normal (default 0). */
  numIafs?: number;
  /** Hidden units of each flow (default 100). */
  iafDim?: number;
  /** The order of the dimensions in each flow: by default drawn from this seed (default 0). */
  permutations?: readonly (readonly number[])[] | number;
}

const optionNames: OptionNames<DmmOptions> = {
  inputDim: true,
  zDim: true,
  emissionDim: true,
  transitionDim: true,
  rnnDim: true,
  numIafs: true,
  iafDim: true,
  permutations: true,
};

/** All sizes of a Deep Markov Model, and the order of the dimensions in each flow. */
export type CompleteDmmOptions = Required<DmmOptions> & {
  readonly permutations: readonly (readonly number[])[];
};

/** Completes options by their defaults. @throws Error for sizes and permutations that are none. */
export function completeOptions(options: DmmOptions): CompleteDmmOptions {
  checkOptions("make a Deep Markov Model", options, optionNames);
  const {
    inputDim = 88,
    zDim = 100,
    emissionDim = 100,
    transitionDim = 200,
    rnnDim = 600,
    numIafs = 0,
    iafDim = 100,
    permutations = 0,
  } = options;
  const sizes = { inputDim, zDim, emissionDim, transitionDim, rnnDim };
  checkSizes("a Deep Markov Model", { ...sizes, iafDim });
  if (!(Number.isSafeInteger(numIafs) && numIafs >= 0)) {
    throw new Error(
      `Cannot make a Deep Markov Model: numIafs is ${numIafs}, expected a non-negative integer`,
    );
  }
  const orders = typeof permutations === "number"
    ? Array.from(
      { length: numIafs },
      (_, i) => Array.from(random.permutation(random.key(permutations).foldIn(i), zDim).dataSync()),
    )
    : permutations;
  if (orders.length !== numIafs) {
    throw new Error(
      `Cannot make a Deep Markov Model: there are ${orders.length} permutations for ${numIafs} flows`,
    );
  }
  return { ...sizes, numIafs, iafDim, permutations: orders };
}
