import type { HostData } from "../../../../tensor/mod.ts";

/** A matrix within an array. */
export interface MatrixView {
  readonly data: HostData;
  /** The place of its first element. */
  readonly at: number;
  /** Numbers from one row to the next. */
  readonly row: number;
  /** Numbers from one column to the next. */
  readonly column: number;
}
