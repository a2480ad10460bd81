import type { Sequence } from "@pyrosaur/pyrosaur/nn";
import { ragged } from "@pyrosaur/pyrosaur/nn";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";

/** The lowest note of rows: A0, as a MIDI number. */
export const LOWEST = 21;
/** The number of notes: the keys of a piano. */
export const NOTES = 88;

/** Pieces as rows of zeros and ones, a row a step. */
export function rowsOf(pieces: readonly (readonly (readonly number[])[])[]): Sequence[] {
  return pieces.map((piece) =>
    piece.map((chord) => {
      const row = new Float32Array(NOTES);
      for (const note of chord) row[note - LOWEST] = 1;
      return row;
    })
  );
}

/** A batch of sequences in lanes of their own, as the models take it. */
export interface Batch {
  /** 1 for a note that sounds: [steps, sequences, notes]. */
  readonly values: HostArray;
  /** The values of the step before: [steps, sequences, notes]. */
  readonly before: HostArray;
  /** True at the steps of sequences: bool [steps, sequences]. */
  readonly mask: HostArray;
}

/** Puts sequences into lanes of `length` steps. */
export function batchOf(sequences: readonly Sequence[], length: number): Batch {
  const { values, mask } = ragged(sequences, { length }), { data, shape } = values;
  const before = new Float32Array(data.length), width = shape[1] * shape[2];
  before.set(data.subarray(0, data.length - width), width);
  return { values, before: { data: before, shape }, mask };
}

/** The number of steps of the longest sequence. */
export const longest = (sequences: readonly Sequence[]): number =>
  sequences.reduce((most, { length }) => Math.max(most, length), 0);

/** The number of steps of all sequences together. */
export const slicesOf = (sequences: readonly Sequence[]): number =>
  sequences.reduce((sum, { length }) => sum + length, 0);
