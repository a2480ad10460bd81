import { mean } from "../../../statistics/mod.ts";
import type { Chorales } from "./types.ts";

/** Statistics of pieces. */
export interface ChoraleStatistics {
  /** Number of pieces. */
  readonly pieces: number;
  /** Number of their steps together. */
  readonly steps: number;
  /** The shortest and the longest piece, in steps. */
  readonly lengths: readonly [shortest: number, longest: number];
  /** The lowest and the highest note. */
  readonly range: readonly [lowest: number, highest: number];
  /** Mean number of notes at a step. */
  readonly notesPerStep: number;
  /** The mean of all notes, as a MIDI number. */
  readonly meanNote: number;
  /** The share of notes, but those of first steps, that sounded at the step before. */
  readonly held: number;
  /** Number of silent steps. */
  readonly silent: number;
}

/** Returns statistics of pieces: real, simulated, or composed by a model. */
export function choraleStatistics(pieces: Chorales): ChoraleStatistics {
  const steps = pieces.flat(), notes = steps.flat(), lengths = pieces.map((piece) => piece.length);
  const sounded = pieces.flatMap((piece) =>
    piece.slice(1).flatMap((chord, t) => chord.map((note) => piece[t].includes(note)))
  );
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return {
    pieces: pieces.length,
    steps: steps.length,
    lengths: [least(lengths), most(lengths)],
    range: [least(notes), most(notes)],
    notesPerStep: notes.length / steps.length,
    meanNote: mean(notes),
    held: sounded.filter(Boolean).length / sounded.length,
    silent: steps.filter((chord) => chord.length === 0).length,
  };
}
