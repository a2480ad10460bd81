import type { Chorales, Chord } from "@pyrosaur/pyrosaur/data";
import type { DmmNotes } from "@pyrosaur/pyrosaur/models";
import { type Ragged, ragged, type Sequence } from "@pyrosaur/pyrosaur/nn";
import { toTensor } from "@pyrosaur/pyrosaur/tensor";

/** The lowest and the highest note: the keys of a piano, as MIDI numbers. */
export const LOWEST = 21, HIGHEST = 108;
/** The number of notes. */
export const NOTES: number = HIGHEST - LOWEST + 1;

/** A chord as 88 zeros and ones. @throws Error for a note that is no key of a piano. */
function rowOf(chord: Chord): Float32Array {
  const row = new Float32Array(NOTES);
  for (const note of chord) {
    if (!(Number.isInteger(note) && note >= LOWEST && note <= HIGHEST)) {
      throw new Error(`Cannot encode note ${note}: expected a MIDI number from ${LOWEST} to ${HIGHEST}`);
    }
    row[note - LOWEST] = 1;
  }
  return row;
}

/** Sequences ready to be batched. */
export interface Sequences {
  /** Each sequence as rows of 88 zeros and ones. */
  readonly rows: readonly Sequence[];
  /** Time slices of all sequences together: what losses are divided by. */
  readonly slices: number;
}

/** Chorales as rows. */
export function sequencesOf(chorales: Chorales): Sequences {
  const rows = chorales.map((piece) => piece.map(rowOf));
  return { rows, slices: rows.reduce((n, piece) => n + piece.length, 0) };
}

/** The arrays of a batch that model and guide take, without where each sequence lies. */
export type Batch = Pick<Ragged, "values" | "first" | "last" | "mask">;

/** Sequences as one batch. `pack`: they lie end to end in as few lanes as the longest allows. */
export function batchOf(rows: readonly Sequence[], { pack = true } = {}): Batch {
  const { values, first, last, mask } = ragged(rows, { pack });
  return { values, first, last, mask };
}

/** Names of the axes of a batch that change from one to the next. */
export const batchAxes = {
  values: ["T", "B", null],
  first: ["T", "B", null],
  last: ["T", "B", null],
  mask: ["T", "B"],
};

/** Returns a batch as tensors, for running model and guide eagerly. */
export function notesOf({ values, first, last, mask }: Batch): DmmNotes {
  return { values: toTensor(values), first: toTensor(first), last: toTensor(last), mask: toTensor(mask) };
}
