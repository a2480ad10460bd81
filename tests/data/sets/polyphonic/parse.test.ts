import assert from "node:assert/strict";
import fc from "fast-check";
import { datasets, parsePolyphonic } from "../../../../lib/data/mod.ts";

const encode = (data: unknown) =>
  new TextEncoder().encode(typeof data === "string" ? data : JSON.stringify(data));
const SHAPE =
  '{"train": [...], "valid": [...], "test": [...]}, each a list of sequences of lists of MIDI numbers';

Deno.test("parsePolyphonic() sorts chords and has each note once", () => {
  const file = encode({
    test: [[[60]]],
    train: [[[67, 60, 64, 60], []]],
    valid: [[[108, 21]], [[]]],
    about: "music",
  });
  assert.deepEqual(parsePolyphonic("tune", file), {
    train: [[[60, 64, 67], []]],
    valid: [[[21, 108]], [[]]],
    test: [[[60]]],
  });
});

Deno.test("parsePolyphonic() reads back any music", () => {
  const chord = fc.uniqueArray(fc.integer({ min: 21, max: 108 }), { maxLength: 6 }).map((notes) =>
    notes.sort((a, b) => a - b)
  );
  const part = fc.array(fc.array(chord, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(fc.record({ train: part, valid: part, test: part }), (music) => {
    assert.deepEqual(parsePolyphonic("tune", encode(music)), { ...music });
  }));
});

Deno.test("parsePolyphonic() throws on what is not music, and names the place", () => {
  const good = { train: [[[60]]], valid: [[[60]]], test: [[[60]]] };
  const range = "expected an integer from 21 to 108: a key of the piano as its MIDI number";
  const cases: [unknown, string][] = [
    ["[[60,", `it is not JSON (Unexpected end of JSON input), expected ${SHAPE}`],
    ["null", `it is null, expected ${SHAPE}`],
    ["60", `it is 60, expected ${SHAPE}`],
    [[good], `it is a list of 1, expected ${SHAPE}`],
    [{}, `"train" is missing (found nothing), expected ${SHAPE}`],
    [{ train: [[[60]]], test: [[[60]]] }, `"valid" is missing (found "train", "test"), expected ${SHAPE}`],
    [{ ...good, test: null }, "test is null, expected a list of sequences"],
    [{ ...good, valid: { a: 1 } }, "valid is an object, expected a list of sequences"],
    [{ ...good, valid: [] }, "valid has no sequences, expected at least one"],
    [{ ...good, train: [[[60]], 7] }, "train, piece 1 is 7, expected a list of steps"],
    [{ ...good, train: [[[60]], [[60]], []] }, "train, piece 2 is empty, expected at least one step"],
    [{ ...good, test: [[[60], 61]] }, "test, piece 0, step 1 is 61, expected a list of MIDI numbers"],
    [{ ...good, test: [[[60], null]] }, "test, piece 0, step 1 is null, expected a list of MIDI numbers"],
    [{ ...good, test: [[[60], [62, 20]]] }, `test, piece 0, step 1, note 1 is 20, ${range}`],
    [{ ...good, test: [[[109]]] }, `test, piece 0, step 0, note 0 is 109, ${range}`],
    [{ ...good, valid: [[[60.5]]] }, `valid, piece 0, step 0, note 0 is 60.5, ${range}`],
    [{ ...good, valid: [[["60"]]] }, `valid, piece 0, step 0, note 0 is "60", ${range}`],
    [{ ...good, valid: [[[null]]] }, `valid, piece 0, step 0, note 0 is null, ${range}`],
    [{ ...good, valid: [[[[60]]]] }, `valid, piece 0, step 0, note 0 is a list of 1, ${range}`],
    [
      { ...good, train: [[[60], [60], [60], [60]]] },
      "train, piece 0 has 4 steps, expected at most the 3 of this data " +
      "set's longest",
    ],
    [
      { ...good, test: "x".repeat(60) },
      `test is "${"x".repeat(36)}..., expected a list of sequences`,
    ],
  ];
  for (const [data, problem] of cases) {
    assert.throws(() => parsePolyphonic("tune", encode(data), 3), {
      message: `Cannot read the data set "tune": ${problem}`,
    });
  }
});

Deno.test("jsb refuses sequences that are longer than its own longest, the other sets do not", () => {
  const music = (steps: number) => {
    const part = [Array.from({ length: steps }, () => [60])];
    return [encode({ train: part, valid: part, test: part })];
  };
  assert.equal(datasets.jsb.parse(music(160)).train[0].length, 160);
  assert.throws(() => datasets.jsb.parse(music(161)), {
    message:
      'Cannot read the data set "jsb": train, piece 0 has 161 steps, expected at most the 160 of this data set\'s ' +
      "longest",
  });
  for (const name of ["nottingham", "piano_midi", "muse_data"] as const) {
    assert.equal(datasets[name].parse(music(5000)).test[0].length, 5000);
  }
});
