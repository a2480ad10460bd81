// @ts-check
/** A piece as a MIDI file. */

/** @typedef {import("@tonejs/midi").Midi} Midi */
/** @typedef {import("./notes.js").Note} Note */

/** General MIDI's church organ. */
const ORGAN = 19;

/**
 * Returns a piece as a MIDI file of two tracks: name, tempo and measure, then the notes.
 *
 * @param {new () => Midi} MidiFile the class of @tonejs/midi
 * @param {readonly Note[]} notes
 * @param {{ name: string, tempo: number }} options the tempo in steps a minute
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function midiOf(MidiFile, notes, { name, tempo }) {
  const file = new MidiFile(), { header } = file, { ppq } = header;
  header.name = name;
  header.tempos.push({ ticks: 0, bpm: tempo });
  header.timeSignatures.push({ ticks: 0, timeSignature: [4, 4], measures: 0 });
  header.update();
  const track = file.addTrack();
  track.name = "Choir";
  track.instrument.number = ORGAN;
  for (const { pitch, start, length } of notes) {
    track.addNote({ midi: pitch, ticks: start * ppq, durationTicks: length * ppq, velocity: 0.75 });
  }
  return new Uint8Array(file.toArray());
}
