import assert from "node:assert/strict";
import fc from "fast-check";
import midi from "@tonejs/midi";
import { midiOf } from "../../../lib/serve/playground/page/midi.js";
import { notesOf } from "../../../lib/serve/playground/page/notes.js";
import { chordsOfFile } from "../../../lib/serve/playground/page/own_opening.js";

const { Midi } = midi;
const chord = fc.uniqueArray(fc.integer({ min: 9, max: 96 }), { minLength: 1, maxLength: 6 });

Deno.test("a file that the page wrote is read as the chords that it was written from, held or struck", () => {
  const inner = fc.array(fc.oneof(chord, fc.constant([])), { maxLength: 20 });
  fc.assert(fc.property(chord, inner, chord, fc.boolean(), (first, between, last, isHeld) => {
    const chords = [first, ...between, last];
    const bytes = midiOf(Midi, notesOf(chords, { isHeld }), { name: "a", tempo: 90 });
    assert.deepEqual(chordsOfFile(Midi, bytes), chords.map((chord) => chord.toSorted((a, b) => a - b)));
  }));
});

/** A file of notes: pitch, ticks and duration, at 480 a beat. */
function fileOf(notes: readonly [number, number, number][], channel = 0): Uint8Array {
  const file = new Midi(), track = file.addTrack();
  track.channel = channel;
  for (const [midi, ticks, durationTicks] of notes) track.addNote({ midi, ticks, durationTicks });
  return file.toArray();
}

Deno.test("an opening begins with the first beat that sounds; a little late is on time; 32 beats are read", () => {
  assert.deepEqual(chordsOfFile(Midi, fileOf([[60, 970, 400], [64, 1440, 960]])), [[60], [64], [64]]);
  const long = chordsOfFile(Midi, fileOf([[60, 0, 100 * 480]]));
  assert.deepEqual(long, Array.from({ length: 32 }, () => [60]));
  assert.deepEqual(chordsOfFile(Midi, fileOf([[60, 10, 5]])), [[]], "too short to be heard on the beat");
});

Deno.test("files without notes that the model knows, others and large ones are refused", () => {
  for (const bytes of [fileOf([]), fileOf([[4, 0, 480]]), fileOf([[60, 0, 480]], 9)]) {
    assert.throws(() => chordsOfFile(Midi, bytes), { message: "The file has no notes that the model knows" });
  }
  const whole = fileOf([[60, 0, 480]]);
  for (const bytes of [new Uint8Array(), new TextEncoder().encode("<svg>"), whole.subarray(0, 10)]) {
    assert.throws(() => chordsOfFile(Midi, bytes), { message: "The file is no MIDI file" });
  }
  assert.throws(
    () => chordsOfFile(Midi, new Uint8Array(2 ** 20 + 1)),
    /^Error: The file has 1048577 bytes, which is more/,
  );
});

Deno.test("whatever the bytes, they are read as chords of the model's notes or refused in words", () => {
  const whole = fileOf([[60, 0, 480], [64, 480, 480]]);
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(fc.property(changes, (changed) => {
    const bytes = whole.slice();
    for (const [at, value] of changed) bytes[at] = value;
    try {
      const chords = chordsOfFile(Midi, bytes);
      assert.ok(chords.length >= 1 && chords.length <= 32);
      assert.ok(chords.flat().every((pitch) => pitch >= 9 && pitch <= 96));
    } catch (error) {
      assert.match((error as Error).message, /^The file (is no MIDI file|tells no beats|has no notes)/);
    }
  }));
});
