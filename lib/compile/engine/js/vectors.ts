import type { Size } from "../../ir/size.ts";
import type { Value } from "../../ir/graph.ts";
import type { Group } from "./items.ts";
import type { Writer } from "./writer.ts";

/** The values of a group that others need. */
export interface GroupResults {
  /** Tells that a value is stored in memory. */
  stored(value: Value): boolean;
  /** Tells that a number is put into an array, which others read. */
  copied(value: Value): boolean;
}

/** The lengths of a product, and the strides of its operands: along i, j and the inner axis k. */
export type Lengths = Readonly<Record<"m" | "n" | "k" | "ai" | "ak" | "bk" | "bj", Size>>;

/** A writer of loops outside of JavaScript, over the arrays of the generated program. */
export interface Vectors {
  /** Writes the loops of a group and the line that runs them; false where it leaves them. */
  group(w: Writer, group: Group, results: GroupResults): boolean;
}
