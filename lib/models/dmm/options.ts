import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { checkSizes, made } from "../../nn/mod.ts";
import { type Key, random, type Tensor } from "../../tensor/mod.ts";

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
  /**
   * The degrees of each flow's hidden units, as the `degrees` of `made`: by default evenly spaced;
   * drawn from 1 to `zDim` - 1 by a seed, as Pyro did before 2018-10.
   */
  maskDegrees?: readonly (readonly number[])[] | number;
  /**
   * Flows in the stable form of `AffineAutoregressive`, y = s x + (1 - s) mean(x), the only one
   * that Pyro had before 2018-10 (default false).
   */
  stableFlows?: boolean;
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
  maskDegrees: true,
  stableFlows: true,
};

/** All options of a Deep Markov Model; the order of the dimensions and the degrees of each flow. */
export type CompleteDmmOptions = Required<DmmOptions> & {
  readonly permutations: readonly (readonly number[])[];
  readonly maskDegrees: readonly (readonly number[])[];
};

/** Lists for each flow, which a seed may stand for. */
type PerFlow = readonly (readonly number[])[] | number;

/** Returns what is given for each flow, or drawn for it from a seed. */
function perFlow(
  name: string,
  given: PerFlow,
  numIafs: number,
  draw: (key: Key) => Tensor,
): readonly (readonly number[])[] {
  if (typeof given === "number") {
    const seed = random.key(given);
    return Array.from({ length: numIafs }, (_, i) => {
      const drawn = draw(seed.foldIn(i)), list = Array.from(drawn.dataSync());
      drawn.dispose();
      return list;
    });
  }
  if (given.length === numIafs) return given;
  throw new Error(`Cannot make a Deep Markov Model: there are ${given.length} ${name} for ${numIafs} flows`);
}

/** Degrees are drawn by a key of their own. */
const DEGREES = 1;

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
    maskDegrees,
    stableFlows = false,
  } = options;
  const sizes = { inputDim, zDim, emissionDim, transitionDim, rnnDim };
  checkSizes("a Deep Markov Model", { ...sizes, iafDim });
  if (!(Number.isSafeInteger(numIafs) && numIafs >= 0)) {
    throw new Error(
      `Cannot make a Deep Markov Model: numIafs is ${numIafs}, expected a non-negative integer`,
    );
  }
  if (typeof stableFlows !== "boolean") {
    throw new Error(`Cannot make a Deep Markov Model: stableFlows is ${stableFlows}, expected true or false`);
  }
  return {
    ...sizes,
    numIafs,
    iafDim,
    stableFlows,
    permutations: perFlow("permutations", permutations, numIafs, (key) => random.permutation(key, zDim)),
    maskDegrees: perFlow(
      "maskDegrees",
      maskDegrees ?? Array.from({ length: numIafs }, () => made(zDim, [iafDim]).degrees[0]),
      numIafs,
      (key) => random.randint(key.foldIn(DEGREES), [iafDim], 1, Math.max(2, zDim)),
    ),
  };
}
