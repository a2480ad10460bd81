// @ts-check
/** An opening from a MIDI file of whoever looks at the page. */
import { HIGHEST, LOWEST } from "./compose.js";

/** The most bytes of a file, and the most beats that are read. */
const MOST_BYTES = 2 ** 20, MOST_BEATS = 32;

/** The channel of drums. */
const DRUMS = 9;

/**
 * Returns the chords of a MIDI file: at each beat what sounds then, from the first note on.
 *
 * @param {typeof import("@tonejs/midi").Midi} MidiFile the class of @tonejs/midi
 * @param {Uint8Array} bytes
 * @returns {number[][]}
 */
export function chordsOfFile(MidiFile, bytes) {
  if (bytes.length > MOST_BYTES) {
    throw new Error(
      `The file has ${bytes.length} bytes, which is more than the ${MOST_BYTES} of a large MIDI file`,
    );
  }
  const { header: { ppq }, tracks } = read(MidiFile, bytes);
  if (!(ppq > 0)) throw new Error("The file tells no beats");
  const notes = tracks.filter(({ channel }) => channel !== DRUMS).flatMap(({ notes }) => notes)
    .filter(({ midi, durationTicks }) => midi >= LOWEST && midi <= HIGHEST && durationTicks > 0);
  if (notes.length === 0) throw new Error("The file has no notes that the model knows");
  // What comes a little late is of the beat, too.
  const late = ppq / 8, first = Math.floor((Math.min(...notes.map(({ ticks }) => ticks)) + late) / ppq);
  const end = Math.max(...notes.map(({ ticks, durationTicks }) => ticks + durationTicks));
  const beats = Math.min(MOST_BEATS, Math.ceil((end - late) / ppq) - first);
  return Array.from({ length: Math.max(1, beats) }, (_, beat) => {
    const now = (first + beat) * ppq + late;
    const sounding = notes.filter(({ ticks, durationTicks }) => ticks <= now && ticks + durationTicks > now);
    return [...new Set(sounding.map(({ midi }) => midi))].sort((a, b) => a - b);
  });
}

/**
 * @param {typeof import("@tonejs/midi").Midi} MidiFile
 * @param {Uint8Array} bytes
 */
function read(MidiFile, bytes) {
  try {
    return new MidiFile(bytes);
  } catch {
    throw new Error("The file is no MIDI file");
  }
}
