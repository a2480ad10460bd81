import assert from "node:assert/strict";
import { chordTones, SCALES } from "../../../../../lib/data/sets/polyphonic/composer/harmony.ts";
import { composeChorale } from "../../../../../lib/data/sets/polyphonic/composer/compose.ts";
import { CHORALE_PARAMETERS } from "../../../../../lib/data/sets/polyphonic/composer/parameters.ts";
import { key } from "../../../../../lib/tensor/random/mod.ts";

const compose = (n: number, change: Partial<typeof CHORALE_PARAMETERS> = {}) =>
  Array.from({ length: n }, (_, i) => composeChorale(key(7).foldIn(i), { ...CHORALE_PARAMETERS, ...change }));

Deno.test("composeChorale() without passing tones has the notes of the chords alone, held where the harmony is", () => {
  for (const { voices, chords, harmonies, tonic, minor } of compose(30, { passing: 0, rest: 0 })) {
    assert.equal(chords.length, harmonies.length);
    for (const [t, harmony] of harmonies.entries()) {
      const tones = chordTones(minor, harmony).map((tone) => (tone + tonic) % 12);
      assert.ok(voices[t].every((note) => tones.includes(note % 12)), `${voices[t]} in ${tones}`);
      assert.deepEqual(chords[t], [...new Set(voices[t])]);
      if (harmony.held) assert.deepEqual(voices[t], voices[t - 1]);
    }
  }
});

Deno.test("composeChorale() fills thirds by passing tones as often as the parameter says", () => {
  const pieces = compose(200);
  const possible = pieces.reduce((n, p) => n + p.passing.possible, 0), p = CHORALE_PARAMETERS.passing;
  const taken = pieces.reduce((n, p) => n + p.passing.taken, 0);
  assert.ok(
    possible > 200 && Math.abs(taken / possible - p) < 4 * Math.sqrt(p * (1 - p) / possible),
    `${taken} of ${possible}`,
  );
});

Deno.test("composeChorale() passes by a note of the scale, between its neighbours, and crosses no voices", () => {
  let seen = 0;
  for (const { voices, harmonies, tonic, minor, passing } of compose(100, { passing: 1 })) {
    const scale: readonly number[] = SCALES[minor ? "minor" : "major"];
    let here = 0;
    for (const [t, notes] of voices.entries()) {
      assert.ok(notes.every((note, v) => v === 0 || note >= notes[v - 1]), `${notes}`);
      const tones = chordTones(minor, harmonies[t]).map((tone) => (tone + tonic) % 12);
      for (const [v, note] of notes.entries()) {
        if (t === 0 || !harmonies[t].held || note === voices[t - 1][v]) {
          // What was reached before may be held on; all else belongs to the chord.
          assert.ok(tones.includes(note % 12), `${note} in ${tones}`);
          continue;
        }
        const way = voices[t + 1][v] - voices[t - 1][v];
        assert.ok(
          [3, 4].includes(Math.abs(way)) && (note - voices[t - 1][v]) * way > 0 &&
            (voices[t + 1][v] - note) * way > 0,
        );
        assert.ok(scale.includes((note - tonic + 12) % 12));
        here++;
      }
    }
    assert.equal(here, passing.taken);
    seen += here;
  }
  assert.ok(seen > 100);
});

Deno.test("composeChorale() is silent where it may be, and nowhere else", () => {
  for (const { chords, voices, harmonies } of compose(10, { rest: 1 })) {
    for (const [t, chord] of chords.entries()) {
      assert.deepEqual(chord, t > 0 && !harmonies[t].closing ? [] : [...new Set(voices[t])]);
    }
  }
});

Deno.test("composeChorale() has as many phrases as its cadences, the last an authentic one", () => {
  for (const { chords, cadences } of compose(50)) {
    assert.ok(
      [0, 1].includes(chords.length - 8 * cadences.length) && cadences.length >= 4 && cadences.length <= 16,
    );
    assert.equal(cadences.at(-1), "authentic");
  }
});

Deno.test("composeChorale() sums up the probability of its choices: less where there is less to choose", () => {
  const nats = (change: Partial<typeof CHORALE_PARAMETERS>) => {
    const pieces = compose(40, change);
    return -pieces.reduce((sum, p) => sum + p.logProb, 0) / pieces.reduce((n, p) => n + p.chords.length, 0);
  };
  const all = nats({}),
    held = nats({ repeat: 0.9 }),
    one = nats({ tonicC: 1, minor: 0, seventh: 0, inversion: 0 });
  assert.ok(held < all && one < all && held > 0 && one > 0, `${[all, held, one]}`);
});
