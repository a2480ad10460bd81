export { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
