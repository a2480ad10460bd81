import type { Sequence } from "../../lib/nn/mod.ts";
import { type Batch, batchOf, NOTES } from "../../experiments/dmm/notebook.ts";

/**
 * Random sequences of one length: notes sound with probability 0.05, the same ones in every
 * process.
 */
export function fullRows(batch: number, steps: number): Sequence[] {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const row = () => Float32Array.from({ length: NOTES }, () => Number(uniform() < 0.05));
  return Array.from({ length: batch }, () => Array.from({ length: steps }, row));
}

/** Such sequences as a batch. */
export const fullBatch = (batch: number, steps: number): Batch =>
  batchOf(fullRows(batch, steps), { pack: false });
