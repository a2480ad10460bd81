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

  const notes = (step: unknown, at: string): Chord => {
    if (!Array.isArray(step)) fail(`${at} is ${shown(step)}, expected a list of MIDI numbers`);
    const chord = step as unknown[];
    for (const [i, note] of chord.entries()) {
      if (!Number.isInteger(note) || (note as number) < LOWEST || (note as number) > HIGHEST) {
        fail(
          `${at}, note ${i} is ${
            shown(note)
          }, expected an integer from ${LOWEST} to ${HIGHEST}: a key of the piano ` +
            "as its MIDI number",
        );
      }
    }
    return [...new Set(chord as number[])].sort((a, b) => a - b);
  };

  const pieces = (split: unknown, part: string): Chorales => {
    if (!Array.isArray(split)) fail(`${part} is ${shown(split)}, expected a list of sequences`);
    const sequences = split as unknown[];
    if (sequences.length === 0) fail(`${part} has no sequences, expected at least one`);
    return sequences.map((sequence, i) => {
      const at = `${part}, piece ${i}`;
      if (!Array.isArray(sequence)) fail(`${at} is ${shown(sequence)}, expected a list of steps`);
      const steps = sequence as unknown[];
      if (steps.length === 0) fail(`${at} is empty, expected at least one step`);
      if (steps.length > maximumLength) {
        fail(
          `${at} has ${steps.length} steps, expected at most the ${maximumLength} of this data set's longest`,
        );
      }
      return steps.map((step, t) => notes(step, `${at}, step ${t}`));
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
  for (const part of SPLITS) {
    if (!Object.hasOwn(found, part)) {
      const names = Object.keys(found).slice(0, 5).map((n) => JSON.stringify(n)).join(", ");
      fail(`"${part}" is missing (found ${names || "nothing"}), expected ${SHAPE}`);
    }
  }
  const [train, valid, test] = SPLITS.map((part) => pieces(found[part], part));
  return { train, valid, test };
}
