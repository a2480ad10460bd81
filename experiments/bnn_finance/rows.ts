import type { Span, Windows } from "@pyrosaur/pyrosaur/data";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";

/** Inputs and targets of some windows. */
export interface Rows {
  /** The inputs, [count, inputs]. */
  readonly x: Float64Array;
  /** The targets, [count]. */
  readonly y: Float64Array;
  /** Their number. */
  readonly count: number;
}

/** A fit and its test. */
export interface Split {
  /** `source`, or the first day of the test. */
  readonly name: string;
  /** The windows to fit. */
  readonly train: Rows;
  /** The windows to test. */
  readonly test: Rows;
  /** The days that are forecast in the test. */
  readonly dates: readonly string[];
}

/** Returns a part of some rows. */
export function part({ x, y, count }: Pick<Windows, keyof Rows>, { from, to }: Span): Rows {
  const inputs = x.length / count;
  return { x: x.slice(from * inputs, to * inputs), y: y.slice(from, to), count: to - from };
}

/** Rows as arguments of compiled functions: inputs [count, inputs] and targets [count]. */
export const arraysOf = ({ x, y, count }: Rows): Record<"x" | "y", HostArray> => ({
  x: { data: x, shape: [count, x.length / count] },
  y: { data: y, shape: [count] },
});
