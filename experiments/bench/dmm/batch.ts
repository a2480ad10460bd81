import { type Batch, batchOf, NOTES } from "../../dmm/sequences.ts";

/** Random sequences of full length: notes sound with probability 0.05, the same ones in every process. */
export function fullBatch(batch: number, steps: number): Batch {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const row = () => Float32Array.from({ length: NOTES }, () => Number(uniform() < 0.05));
  const rows = Array.from({ length: batch }, () => Array.from({ length: steps }, row));
  return batchOf(rows, { pack: false });
}
