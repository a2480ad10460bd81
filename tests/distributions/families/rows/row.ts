import type { Distribution } from "../../../../lib/distributions/mod.ts";

/**
 * A family and parameters for a batch of two: all that the tests of families ask for. A parameter
 * is a number or a nested array, and reaches the function as a tensor.
 */
export type Row = readonly [make: (...parameters: any[]) => Distribution, ...parameters: any[]];

/** Something wrong to do, and what it is answered by. */
export type Mistake = readonly [act: () => unknown, message: string];
