import assert from "node:assert/strict";
import fc from "fast-check";
import midi from "@tonejs/midi";
import { midiOf } from "../../../lib/serve/playground/page/midi.js";
import { GAP, nameOf, notesOf } from "../../../lib/serve/playground/page/notes.js";

const { Midi } = midi;
const chords = fc.array(fc.uniqueArray(fc.integer({ min: 9, max: 96 }), { maxLength: 6 }), { maxLength: 40 });

/** The steps at which each pitch sounds, from the middles of its notes' steps. */
const sounding = (notes: readonly { pitch: number; start: number; length: number }[]): string[] =>
  notes.flatMap(({ pitch, start, length }) =>
    Array.from({ length: Math.ceil(length) }, (_, i) => `${start + i}: ${pitch}`)
  ).sort();

Deno.test("notes of one pitch never overlap or touch, and sound where the chords have them", () => {
  fc.assert(fc.property(chords, fc.boolean(), (piece, isHeld) => {
    const notes = notesOf(piece, { isHeld });
    assert.deepEqual(
      sounding(notes),
      piece.flatMap((chord, i) => chord.map((pitch) => `${i}: ${pitch}`)).sort(),
    );
    for (const pitch of new Set(piece.flat())) {
      const own = notes.filter((note) => note.pitch === pitch);
      own.slice(1).forEach((note, i) => assert.ok(own[i].start + own[i].length < note.start));
    }
    assert.ok(notes.every(({ start }, i) => i === 0 || notes[i - 1].start <= start));
  }));
});

Deno.test("a repeated note is held, or struck again after a silence", () => {
  const piece = [[60, 64], [60], [62]];
  assert.deepEqual(notesOf(piece, { isHeld: true }), [
    { pitch: 60, start: 0, length: 2 },
    { pitch: 64, start: 0, length: 1 },
    { pitch: 62, start: 2, length: 1 },
  ]);
  assert.deepEqual(notesOf(piece, { isHeld: false }), [
    { pitch: 60, start: 0, length: 1 - GAP },
    { pitch: 64, start: 0, length: 1 },
    { pitch: 60, start: 1, length: 1 },
    { pitch: 62, start: 2, length: 1 },
  ]);
  assert.deepEqual([60, 61, 70, 21].map(nameOf), ["C4", "C♯4", "B♭4", "A0"]);
});

Deno.test("a MIDI file that is read again has the notes, the name, the measure and the tempo of the piece", () => {
  const tempos = fc.integer({ min: 40, max: 160 });
  fc.assert(fc.property(chords, fc.boolean(), tempos, (piece, isHeld, tempo) => {
    const notes = notesOf(piece, { isHeld }), bytes = midiOf(Midi, notes, { name: "chorale-7", tempo });
    const { header, tracks } = new Midi(bytes), { ppq } = header;
    assert.equal(header.name, "chorale-7");
    assert.deepEqual(header.timeSignatures.map(({ ticks, timeSignature }) => [ticks, timeSignature]), [[0, [
      4,
      4,
    ]]]);
    assert.ok(Math.abs(header.tempos[0].bpm - tempo) < 0.001, `${header.tempos[0].bpm}`);
    assert.equal(header.tempos.length, 1);
    assert.equal(tracks.length, 1);
    const read = tracks[0].notes.map(({ midi, ticks, durationTicks }) => ({
      pitch: midi,
      start: ticks / ppq,
      length: durationTicks / ppq,
    }));
    const order = (list: typeof read) => list.toSorted((a, b) => a.start - b.start || a.pitch - b.pitch);
    assert.deepEqual(order(read), order(notes));
  }));
});

Deno.test("the tempo stands in the first track, and each note ends before its pitch begins again", () => {
  const notes = notesOf([[60], [60], [60]], { isHeld: false }), tempo = 100;
  const bytes = midiOf(Midi, notes, { name: "three", tempo }),
    text = Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  const [, first, second, ...rest] = text.split("MTrk");
  assert.deepEqual(rest, []);
  // Meta event 0x51: three bytes of microseconds a beat.
  const setTempo = `\xff\x51\x03${String.fromCharCode(0x09, 0x27, 0xc0)}`;
  assert.equal(60e6 / tempo, 0x0927c0);
  assert.ok(first.includes(setTempo) && !second.includes("\xff\x51"));
  const events = [...second.matchAll(/[\x80\x90]\x3c/g)].map(([event]) => event.charCodeAt(0) >> 4);
  assert.deepEqual(events, [9, 8, 9, 8, 9, 8]);
});
