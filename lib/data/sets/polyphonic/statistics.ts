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

/** Measures what pieces are like: real ones, simulated ones, or what a model composed. */
export function choraleStatistics(pieces: Chorales): ChoraleStatistics {
  let steps = 0, notes = 0, sum = 0, later = 0, held = 0, silent = 0;
  let [shortest, longest, lowest, highest] = [Infinity, 0, Infinity, -Infinity];
  for (const piece of pieces) {
    steps += piece.length;
    shortest = Math.min(shortest, piece.length), longest = Math.max(longest, piece.length);
    for (const [t, chord] of piece.entries()) {
      notes += chord.length;
      silent += Number(chord.length === 0);
      for (const note of chord) {
        sum += note;
        lowest = Math.min(lowest, note), highest = Math.max(highest, note);
        if (t === 0) continue;
        later++;
        held += Number(piece[t - 1].includes(note));
      }
    }
  }
  return {
    pieces: pieces.length,
    steps,
    lengths: [shortest, longest],
    range: [lowest, highest],
    notesPerStep: notes / steps,
    meanNote: sum / notes,
    held: held / later,
    silent,
  };
}
