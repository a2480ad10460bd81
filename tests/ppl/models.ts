import type { Tensor } from "../../lib/tensor/mod.ts";

/** The values of a tensor as plain numbers. */
export const numbers = (tensor: Tensor): number[] => [...tensor.dataSync()];

/** The one value of a scalar. */
export const number = (tensor: Tensor): number => tensor.dataSync()[0];

/** The message of what a function throws. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "(nothing was thrown)";
}

/** The log density of a normal. */
export const logNormal = (x: number, loc = 0, scale = 1): number =>
  -0.5 * ((x - loc) / scale) ** 2 - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
