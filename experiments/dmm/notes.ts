import type { Notes } from "../../lib/models/dmm/mod.ts";
import { toTensor } from "../../lib/tensor/mod.ts";
import type { Batch } from "./sequences.ts";

/** A batch as tensors, for running model and guide eagerly. */
export function notesOf({ values, first, last, mask }: Batch): Notes {
  return { values: toTensor(values), first: toTensor(first), last: toTensor(last), mask: toTensor(mask) };
}
