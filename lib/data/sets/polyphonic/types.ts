/** The notes sounding at one step, as MIDI numbers, lowest first. Empty: a rest. */
export type Chord = number[];

/** Pieces as sequences of chords. */
export type Chorales = Chord[][];

/** Polyphonic music in the three parts of Boulanger-Lewandowski, Bengio and Vincent (2012). */
export interface Polyphonic {
  /** The part that models are fitted to. */
  readonly train: Chorales;
  /** The part that settings are chosen by. */
  readonly valid: Chorales;
  /** The part of the published figures. */
  readonly test: Chorales;
}

/** The names of the parts. */
export const SPLITS = ["train", "valid", "test"] as const;

/** The lowest and the highest key of a piano, A0 and C8, as MIDI numbers: 88 notes. */
export const LOWEST = 21, HIGHEST = 108;
