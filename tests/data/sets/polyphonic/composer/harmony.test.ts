import assert from "node:assert/strict";
import { Choices } from "../../../../../lib/data/sets/polyphonic/composer/choices.ts";
import {
  chordTones,
  DOMINANT,
  LEADING,
  phraseHarmonies,
  PROGRESSIONS,
  SUBDOMINANT,
  SUBMEDIANT,
  SUPERTONIC,
  TONIC,
} from "../../../../../lib/data/sets/polyphonic/composer/harmony.ts";
import { CHORALE_PARAMETERS } from "../../../../../lib/data/sets/polyphonic/composer/parameters.ts";
import { key } from "../../../../../lib/tensor/random/mod.ts";

Deno.test("the progressions are probabilities, and no degree follows itself", () => {
  for (const [from, row] of PROGRESSIONS.entries()) {
    assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-12, `${from}`);
    assert.equal(row[from], 0);
  }
});

Deno.test("chordTones() builds the chords of both modes, dominants with the leading tone", () => {
  const tones = (minor: boolean) =>
    PROGRESSIONS.map((_, degree) => chordTones(minor, { degree, seventh: degree === DOMINANT }).join(" "));
  assert.deepEqual(tones(false), ["0 4 7", "2 5 9", "4 7 11", "5 9 0", "7 11 2 5", "9 0 4", "11 2 5"]);
  assert.deepEqual(tones(true), ["0 3 7", "2 5 8", "3 7 10", "5 8 0", "7 11 2 5", "8 0 3", "11 2 5"]);
});

Deno.test("phraseHarmonies() ends each phrase in its cadence, and begins a piece on the tonic", () => {
  const choices = new Choices(key(0)), subdominants = [SUBDOMINANT, SUPERTONIC];
  for (let i = 0; i < 300; i++) {
    const cadence = (["authentic", "half", "deceptive"] as const)[i % 3],
      previous = i % 7 ? i % 7 : undefined;
    const phrase = phraseHarmonies(choices, CHORALE_PARAMETERS, 8 + i % 2, cadence, previous);
    assert.equal(phrase.length, 8 + i % 2);
    if (previous === undefined) assert.equal(phrase[0].degree, TONIC);
    const degrees = phrase.filter((h) => !h.held).map((h) => h.degree);
    const last =
      { authentic: [DOMINANT, TONIC], half: [DOMINANT], deceptive: [DOMINANT, SUBMEDIANT] }[cadence];
    assert.deepEqual(degrees.slice(-last.length), last);
    assert.ok(subdominants.includes(degrees.at(-last.length - 1)!), `${degrees}`);
    assert.ok(!phrase.at(-1)!.inverted && !(cadence === "half" && phrase.at(-1)!.seventh));
    // A step repeats the one before exactly where it is held.
    for (let t = 1; t < phrase.length; t++) {
      assert.equal(phrase[t].held, phrase[t].degree === phrase[t - 1].degree);
    }
    for (const { degree, seventh, inverted } of phrase) {
      assert.ok(!seventh || degree === DOMINANT);
      assert.ok(inverted || degree !== LEADING);
    }
  }
});

Deno.test("phraseHarmonies() holds cadences, inverts and adds sevenths as often as the parameters say", () => {
  const choices = new Choices(key(1)), { hold, inversion, seventh } = CHORALE_PARAMETERS, n = 2000;
  let held = 0, free = 0, inverted = 0, dominants = 0, sevenths = 0;
  for (let i = 0; i < n; i++) {
    const phrase = phraseHarmonies(choices, CHORALE_PARAMETERS, 8, "authentic", TONIC);
    held += Number(phrase.at(-1)!.held);
    for (const chord of phrase.filter((h) => !h.held)) {
      if (chord.degree === DOMINANT) dominants++, sevenths += Number(chord.seventh);
      if (!chord.closing && chord.degree !== LEADING) free++, inverted += Number(chord.inverted);
    }
  }
  for (
    const [share, p, of] of [[held / n, hold, n], [inverted / free, inversion, free], [
      sevenths / dominants,
      seventh,
      dominants,
    ]]
  ) {
    assert.ok(Math.abs(share - p) < 4 * Math.sqrt(p * (1 - p) / of), `${share} instead of ${p}`);
  }
});
