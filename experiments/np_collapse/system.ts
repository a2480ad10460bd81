import { type NeuralProcess, neuralProcess } from "@pyrosaur/pyrosaur/models";
import { type Initialiser, normal, xavierNormal } from "@pyrosaur/pyrosaur/nn";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";
import type { Weights } from "./settings.ts";

/** The five places. */
export const X: readonly number[] = [-2, -1, 0, 1, 2];
/** The values there. */
export const Y: readonly number[] = X.map(Math.sin);
/** The places at which functions are drawn: -4, -3.9 ... 3.9. */
export const GRID: readonly number[] = Array.from({ length: 80 }, (_, i) => (i - 40) / 10);

/** Numbers as a column. */
export const column = (values: readonly number[]): HostArray => ({
  data: Float32Array.from(values),
  shape: [values.length, 1],
});

const INITIALISERS: Record<Weights, Initialiser | undefined> = {
  normal: normal(),
  default: undefined,
  xavier: xavierNormal,
};

/** The standard deviation of observations. */
export const OBS_SCALE: number = neuralProcess().options.obsScale;

/** The process with first weights as named. */
export const processWith = (weights: Weights): NeuralProcess =>
  neuralProcess({ ...(INITIALISERS[weights] && { weightInit: INITIALISERS[weights] }) });

/**
 * Returns every set of one, two or three of the points, with its probability of being the context:
 * all sizes are equally likely, and so are all sets of a size.
 */
export function contexts(): { known: HostArray; probability: Float32Array } {
  const sets: boolean[][] = [], probabilities: number[] = [];
  for (const size of [1, 2, 3]) {
    const own: boolean[][] = [];
    for (let bits = 0; bits < 2 ** X.length; bits++) {
      const known = X.map((_, i) => (bits >> i & 1) === 1);
      if (known.filter(Boolean).length === size) own.push(known);
    }
    sets.push(...own);
    probabilities.push(...own.map(() => 1 / 3 / own.length));
  }
  return {
    known: { data: Uint8Array.from(sets.flat(), Number), shape: [sets.length, X.length] },
    probability: Float32Array.from(probabilities),
  };
}
