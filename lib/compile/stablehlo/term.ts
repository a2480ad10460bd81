import type { DType } from "../ir/graph.ts";

/** A value of a module as it is written: its name and its type. */
export interface Term {
  /** With the `%` in front. */
  readonly name: string;
  /** Its lengths: modules have static shapes. */
  readonly shape: readonly number[];
  /** Its element type. */
  readonly dtype: DType;
  /** The number that it holds everywhere, where it is such a constant. */
  readonly fill?: number;
}
