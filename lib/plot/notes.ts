const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** The notes of an octave. */
export const NAMES: readonly string[] = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/**
 * Returns the MIDI number of a note given by its name, as "C4" (60), "F#3" or "Bb5"; a number stays
 * what it is.
 *
 * @throws Error for a text that is no note, and for a number that is no integer from 0 to 127.
 *
 * @example Middle C and the A above it
 * ```ts
 * import { noteName, noteNumber } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(["C4", "A4", "Bb3", 61].map(noteNumber), [60, 69, 58, 61]);
 * assert.equal(noteName(58), "B♭3");
 * ```
 */
export function noteNumber(note: number | string): number {
  if (typeof note === "number") {
    if (Number.isInteger(note) && note >= 0 && note <= 127) return note;
    throw new Error(`Cannot read the note ${note}: expected a MIDI number, an integer from 0 to 127`);
  }
  const [, letter, sign, octave] = /^([A-G])([#♯b♭]?)(-?\d)$/.exec(note) ?? [];
  if (letter === undefined) {
    throw new Error(
      `Cannot read the note "${note}": expected a letter, "#" or "b", and an octave, such as "F#3"`,
    );
  }
  const raised = sign === "" ? 0 : "#♯".includes(sign) ? 1 : -1;
  return noteNumber(LETTERS[letter] + raised + 12 * (Number(octave) + 1));
}

/** Returns the name of a MIDI number: 60 is "C4". Throws as `noteNumber` does. */
export function noteName(note: number): string {
  return `${NAMES[noteNumber(note) % 12]}${Math.floor(note / 12) - 1}`;
}
