import type { Op } from "../ir/graph.ts";
import { Expand, Reshape, Transpose } from "./shape.ts";
import { Reverse, Slice, Split, Stride } from "./slice.ts";

/** The operations that only look at their operand in another way. */
export const views: ReadonlySet<Op> = new Set<Op>([
  Reshape,
  Expand,
  Transpose,
  Slice,
  Split,
  Stride,
  Reverse,
]);
