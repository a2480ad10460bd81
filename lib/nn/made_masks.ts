import type { Shape } from "../tensor/mod.ts";

/** The places of a weight that are in use (1) and those that are not (0), row by row. */
export interface WeightMask {
  /** The ones and zeros. */
  readonly data: Float32Array<ArrayBuffer>;
  /** The shape [out, in] of the weight. */
  readonly shape: Shape;
}

/** The masks of a network whose outputs may depend on earlier inputs alone. */
export interface MadeMasks {
  /** One for each layer's weight. */
  readonly layers: readonly WeightMask[];
  /** The one of the connections from the inputs straight to the outputs. */
  readonly skip: WeightMask;
}

/** The numbers that the masks follow from. */
interface MadeSizes {
  /** The number of inputs that everything may depend on. */
  readonly contextDim: number;
  /** The degrees of the units in each hidden layer: the number of variables that a unit may see. */
  readonly degrees: readonly (readonly number[])[];
  /** The order of the variables: the first one named depends on none. */
  readonly permutation: readonly number[];
  /** The number of outputs of each variable. */
  readonly outputMultiplier: number;
}

/** Rounds half to even, as IEEE 754. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

/**
 * Returns the degrees that Pyro's `create_mask` gives a hidden layer: evenly spaced from 1 to the
 * number of variables but one, or from 0 to it where there is a context.
 */
export const spacedDegrees = (inputDim: number, contextDim: number, count: number): number[] =>
  contextDim > 0 ? linspace(inputDim, count).map((degree) => degree - 1) : linspace(inputDim - 1, count);

/**
 * Returns `torch.linspace(1, last, count).round()`. Halves decide which way a unit goes, so the
 * sums are done in float32 from both ends, as there.
 */
function linspace(last: number, count: number): number[] {
  if (count === 1) return [1];
  const f = Math.fround, step = f((last - 1) / (count - 1)), half = Math.floor(count / 2);
  return Array.from(
    { length: count },
    (_, i) => roundHalfEven(i < half ? f(1 + f(step * i)) : f(last - f(step * (count - 1 - i)))),
  );
}

function mask(
  rows: readonly number[],
  columns: readonly number[],
  connects: (to: number, from: number) => boolean,
): WeightMask {
  return {
    data: Float32Array.from(rows.flatMap((to) => columns.map((from) => Number(connects(to, from))))),
    shape: [rows.length, columns.length],
  };
}

/**
 * Returns the masks of MADE (Germain et al. 2015), connection by connection those of Pyro's
 * `create_mask`: each unit has a degree, which counts the variables it may see, and takes inputs of
 * no higher degree; an output takes those of lower degree alone. Context has the degree 0 (Paige
 * and Wood 2016).
 */
export function madeMasks(
  { contextDim, degrees, permutation, outputMultiplier }: MadeSizes,
): MadeMasks {
  const position: number[] = [];
  permutation.forEach((variable, place) => position[variable] = place + 1);
  const inputs = [...Array<number>(contextDim).fill(0), ...position];
  const outputs = Array.from({ length: outputMultiplier }, () => position).flat();
  const atLeast = (to: number, from: number) => to >= from, above = (to: number, from: number) => to > from;
  const levels = [inputs, ...degrees];
  return {
    layers: [
      ...degrees.map((to, i) => mask(to, levels[i], atLeast)),
      mask(outputs, levels.at(-1)!, above),
    ],
    skip: mask(outputs, inputs, above),
  };
}
