import type { Size, Sizes } from "../../ir/size.ts";
import type { Value } from "../../ir/graph.ts";
import type { Group, Pointwise, Reduction } from "./items.ts";
import type { View } from "./refs.ts";
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

/** A product of matrices, for each member of a batch. */
export interface Product {
  readonly lengths: Lengths;
  readonly batch: Sizes;
  /** The operands and the result, with their strides over the batch. */
  readonly sides: readonly { readonly view: View; readonly outer: Sizes }[];
}

/** A writer of loops outside of JavaScript, over the arrays of the generated program. */
export interface Vectors {
  /**
   * Tells whether an item can be in a loop of vectors; undefined where its loop is too short to be
   * worth one.
   */
  takes(item: Pointwise | Reduction): boolean | undefined;
  /** Writes the loops of a group and the line that runs them; false where it leaves them. */
  group(w: Writer, group: Group, results: GroupResults): boolean;
  /** Writes a product and the line that runs it; false where it leaves it. */
  product(w: Writer, product: Product): boolean;
}
