import { reasonOf } from "../../../system/mod.ts";
import { type Chorales, type Chord, HIGHEST, LOWEST, type Polyphonic, SPLITS } from "./types.ts";

const SHAPE =
  '{"train": [...], "valid": [...], "test": [...]}, each a list of sequences of lists of MIDI numbers';

/** Returns a value in few words, for messages. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/**
 * Reads polyphonic music from JSON: an object of `train`, `valid` and `test`, each a list of
 * sequences, each a list of steps, each a list of MIDI numbers. Chords come sorted, each note once;
 * other members of the object are ignored.
 *
 * @param name of the data set, for messages
 * @param file UTF-8 text
 * @param maximumLength the most steps a sequence of this data set has (default: any number)
 *
 * Throws an error that names the place (split, piece, step and note count from 0), what was found
 * and what was expected: on text that is not JSON, a part that is missing or empty, an empty
 * sequence, one longer than `maximumLength`, and on a note that is no integer from 21 to 108.
 */
export function parsePolyphonic(
  name: string,
  file: Uint8Array,
  maximumLength: number = Infinity,
): Polyphonic {
  const fail = (problem: string): never => {
    throw new Error(`Cannot read the data set "${name}": ${problem}`);
  };

  const list = (value: unknown, place: string, items: string): unknown[] =>
    Array.isArray(value) ? value : fail(`${place} is ${shown(value)}, expected a list of ${items}`);

  const notes = (step: unknown, place: string): Chord => {
    const chord = list(step, place, "MIDI numbers") as number[];
    const bad = chord.findIndex((note) => !Number.isInteger(note) || note < LOWEST || note > HIGHEST);
    if (bad >= 0) {
      const expected = `an integer from ${LOWEST} to ${HIGHEST}: a key of the piano as its MIDI number`;
      fail(`${place}, note ${bad} is ${shown(chord[bad])}, expected ${expected}`);
    }
    return [...new Set(chord)].sort((a, b) => a - b);
  };

  const pieces = (split: unknown, part: string): Chorales => {
    const sequences = list(split, part, "sequences");
    if (sequences.length === 0) fail(`${part} has no sequences, expected at least one`);
    return sequences.map((sequence, i) => {
      const place = `${part}, piece ${i}`, steps = list(sequence, place, "steps"), { length } = steps;
      if (length === 0) fail(`${place} is empty, expected at least one step`);
      const most = `at most the ${maximumLength} of this data set's longest`;
      if (length > maximumLength) fail(`${place} has ${length} steps, expected ${most}`);
      return steps.map((step, t) => notes(step, `${place}, step ${t}`));
    });
  };

  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(file));
  } catch (error) {
    fail(`it is not JSON (${reasonOf(error)}), expected ${SHAPE}`);
  }
  if (data === null || typeof data !== "object" || Array.isArray(data)) {
    fail(`it is ${shown(data)}, expected ${SHAPE}`);
  }
  const found = data as Record<string, unknown>;
  const missing = SPLITS.find((part) => !Object.hasOwn(found, part));
  if (missing) {
    const names = Object.keys(found).slice(0, 5).map((n) => JSON.stringify(n)).join(", ");
    fail(`"${missing}" is missing (found ${names || "nothing"}), expected ${SHAPE}`);
  }
  const [train, valid, test] = SPLITS.map((part) => pieces(found[part], part));
  return { train, valid, test };
}
