// @ts-check
/** Notes of a piece, from its chords. */

/**
 * @typedef {object} Note
 * @property {number} pitch a MIDI number
 * @property {number} start in steps
 * @property {number} length in steps
 */

/** The part of a step for which a note is silent before it is struck again. */
export const GAP = 1 / 8;

/**
 * Returns the notes of chords, by start, then by pitch. No two of one pitch overlap or touch.
 *
 * @param {readonly (readonly number[])[]} chords one a step
 * @param {object} options
 * @param {boolean} options.isHeld whether a note that comes again in the next step goes on to sound
 * @returns {Note[]}
 */
export function notesOf(chords, { isHeld }) {
  /** @type {Note[]} */
  const notes = [];
  /** @type {Map<number, Note>} */
  let before = new Map();
  for (const [step, chord] of chords.entries()) {
    /** @type {Map<number, Note>} */
    const now = new Map();
    for (const pitch of [...new Set(chord)].sort((a, b) => a - b)) {
      let note = before.get(pitch);
      if (note && isHeld) note.length++;
      else {
        if (note) note.length -= GAP;
        note = { pitch, start: step, length: 1 };
        notes.push(note);
      }
      now.set(pitch, note);
    }
    before = now;
  }
  return notes;
}

const LETTERS = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/**
 * Returns the name of a note, as C4 for MIDI's 60.
 *
 * @param {number} pitch
 */
export const nameOf = (pitch) => `${LETTERS[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
