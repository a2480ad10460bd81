import assert from "node:assert/strict";
import { choraleStatistics, datasets, estimateParameters, noteBaselines } from "../../../../lib/data/mod.ts";

Deno.test("choraleStatistics() counts by hand", () => {
  assert.deepEqual(choraleStatistics([[[60, 64], [60, 66]], [[], [70], [70]]]), {
    pieces: 2,
    steps: 5,
    lengths: [2, 3],
    range: [60, 70],
    notesPerStep: 6 / 5,
    meanNote: (60 + 64 + 60 + 66 + 70 + 70) / 6,
    held: 2 / 4,
    silent: 1,
  });
});

Deno.test("noteBaselines() counts by hand", () => {
  // Note 60 sounds at two of four steps; after silence at one of two, after itself at one of two.
  const train = [[[60], [60], [], []]], test = [[[60], []]];
  const { independent, firstOrder } = noteBaselines(train, test);
  const silent = -87 * Math.log(1 - 0.5 / 5);
  assert.ok(Math.abs(independent - (silent - Math.log(2.5 / 5))) < 1e-12);
  const silentAfterSilence = -87 * Math.log(1 - 0.5 / 5);
  const on = -Math.log(1.5 / 3), off = -Math.log(1.5 / 3);
  assert.ok(Math.abs(firstOrder - (silentAfterSilence + (on + off) / 2)) < 1e-12);
});

Deno.test("noteBaselines() of the twin: the music is less than independent notes, and more than chains of notes", () => {
  const { value: { train, test }, parameters } = datasets.jsb.simulate(0);
  const { independent, firstOrder } = noteBaselines(train, test);
  assert.ok(parameters.choicesNll < 0.5 * firstOrder, `${parameters.choicesNll} ${firstOrder}`);
  assert.ok(firstOrder < independent - 0.2, `${firstOrder} ${independent}`);
});

Deno.test("estimateParameters() recovers what the twin was drawn at", () => {
  const { value, parameters } = datasets.jsb.simulate(2),
    pieces = [value.train, value.valid, value.test].flat();
  const phrases = pieces.reduce((n, p) => n + Math.floor(p.length / 8), 0);
  // How many times each was drawn, about.
  const draws = {
    tonicC: 382,
    minor: 382,
    upbeat: 382,
    anotherPhrase: phrases - 3 * 382,
    authentic: phrases - 382,
    half: phrases - 382,
    hold: phrases,
    rest: 4 * phrases,
  };
  const found = estimateParameters(pieces);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(draws).sort());
  for (const [name, n] of Object.entries(draws) as [keyof typeof draws, number][]) {
    const p = parameters[name], tolerance = 4 * Math.sqrt(p * (1 - p) / n);
    assert.ok(
      Math.abs(found[name] - p) < tolerance,
      `${name} is ${found[name]}, drawn at ${p} (within ${tolerance})`,
    );
  }
});

Deno.test("estimateParameters() throws on pieces of another kind", () => {
  const piece = Array.from({ length: 34 }, () => [60, 64, 67]);
  assert.throws(() => estimateParameters([piece.slice(0, 32), piece]), {
    message:
      "Cannot estimate parameters of piece 1: it has 34 steps, expected 4 to 16 phrases of 8 and at most one step " +
      "before them: a simulated chorale",
  });
  assert.throws(() => estimateParameters([[...piece.slice(0, 31), []]]), {
    message: "Cannot estimate parameters of piece 0: its last step is silent, expected the tonic triad",
  });
  assert.throws(
    () => estimateParameters([piece.slice(0, 25)]),
    /^Error: Cannot estimate parameters of piece 0: it has 25/,
  );
});
