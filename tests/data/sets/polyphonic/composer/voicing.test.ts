import assert from "node:assert/strict";
import { Choices } from "../../../../../lib/data/sets/polyphonic/composer/choices.ts";
import { chordTones, DOMINANT } from "../../../../../lib/data/sets/polyphonic/composer/harmony.ts";
import { leadVoices, VOICES, voicings } from "../../../../../lib/data/sets/polyphonic/composer/voicing.ts";
import { key } from "../../../../../lib/tensor/random/mod.ts";

const list = ({ count, notes }: ReturnType<typeof voicings>) =>
  Array.from({ length: count }, (_, i) => [...notes.subarray(4 * i, 4 * i + 4)]);
const one = (...notes: number[][]) => ({
  count: notes.length,
  notes: Uint8Array.from(notes.flat()),
  costs: new Float64Array(notes.length),
});
const free = { rises: -1, falls: -1 };

Deno.test("voicings() has ways to set every chord of every key, all by the rules", () => {
  for (let tonic = 0; tonic < 12; tonic++) {
    for (const minor of [false, true]) {
      for (let degree = 0; degree < 7; degree++) {
        for (const seventh of degree === DOMINANT ? [false, true] : [false]) {
          const tones = chordTones(minor, { degree, seventh }).map((tone) => (tone + tonic) % 12);
          for (const bass of tones.slice(0, 2)) {
            const found = list(voicings(tones, bass, (tonic + 11) % 12));
            assert.ok(found.length >= 10, `${found.length} of ${tones}`);
            for (const [b, t, a, s] of found) {
              const classes = [b, t, a, s].map((note) => note % 12),
                count = (c: number) => classes.filter((x) => x === c).length;
              assert.equal(classes[0], bass);
              assert.ok(
                b < t && t <= a && a <= s && t - b <= 24 && a - t <= 12 && s - a <= 12,
                `${[b, t, a, s]}`,
              );
              assert.ok(
                classes.every((c) => tones.includes(c)) && count(tones[0]) > 0 && count(tones[1]) > 0,
              );
              assert.ok(count((tonic + 11) % 12) <= 1 && (!seventh || count(tones[3]) === 1));
              for (const [v, note] of [b, t, a, s].entries()) {
                assert.ok(note >= VOICES[v].low && note <= VOICES[v].high);
              }
            }
          }
        }
      }
    }
  }
});

Deno.test("voicings() prefers the root doubled to the fifth, the fifth to the third, and complete chords", () => {
  const found = voicings([0, 4, 7], 0, 11), all = list(found);
  // The register's cost is left out by comparing voicings that differ in one voice, by few
  // semitones.
  const cost = (...notes: number[]) => found.costs[all.findIndex((v) => String(v) === String(notes))];
  assert.ok(cost(60, 67, 76, 84) < cost(60, 67, 76, 79), "root before fifth");
  assert.ok(cost(60, 67, 76, 79) < cost(60, 67, 76, 88), "fifth before third");
  assert.ok(
    cost(60, 67, 76, 84) < cost(60, 64, 76, 84) && cost(60, 67, 76, 84) < cost(60, 72, 76, 84),
    "complete",
  );
});

Deno.test("leadVoices() takes the nearer voicing more often, in proportion to exp(-cost)", () => {
  const choices = new Choices(key(0)), into = one([60, 72, 76, 84], [60, 72, 76, 81]), n = 3000;
  let near = 0;
  for (let i = 0; i < n; i++) {
    near += Number(leadVoices(choices, into, { notes: [60, 72, 76, 84], ...free })[3] === 84);
  }
  const p = 1 / (1 + Math.exp(-3 * VOICES[3].motion));
  assert.ok(Math.abs(near / n - p) < 4 * Math.sqrt(p * (1 - p) / n), `${near / n} instead of ${p}`);
});

Deno.test("leadVoices() avoids parallel fifths and octaves and large leaps while another voicing is left", () => {
  const cases: [string, number[], number[], number[]][] = [
    ["parallel fifths of bass and tenor", [60, 67, 76, 84], [62, 69, 77, 86], [62, 65, 77, 81]],
    ["parallel octaves of bass and soprano", [60, 67, 76, 84], [62, 65, 74, 86], [62, 65, 77, 81]],
    ["parallel unisons", [48, 67, 67, 76], [50, 69, 69, 77], [55, 67, 71, 74]],
    ["a leap of an octave in the soprano", [60, 67, 76, 72], [60, 67, 76, 84], [60, 67, 76, 76]],
    ["a leap of more than an octave in the bass", [48, 67, 76, 84], [62, 67, 76, 84], [55, 67, 76, 84]],
  ];
  for (const [mistake, notes, bad, good] of cases) {
    const choices = new Choices(key(1));
    for (let i = 0; i < 40; i++) {
      assert.deepEqual(leadVoices(choices, one(bad, good), { notes, ...free }), good, mistake);
    }
    assert.deepEqual(
      leadVoices(choices, one(bad), { notes, ...free }),
      bad,
      `${mistake}: nothing else is left`,
    );
  }
});

Deno.test("leadVoices() raises leading tones and lowers sevenths, as a rule", () => {
  const choices = new Choices(key(2)), notes = [67, 71, 77, 86], n = 500;
  const into = one([60, 72, 76, 84], [60, 67, 76, 84], [60, 72, 79, 84]);
  const counts = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const chosen = leadVoices(choices, into, { notes, rises: 11, falls: 5 });
    counts[chosen[1] === 67 ? 1 : chosen[2] === 79 ? 2 : 0]++;
  }
  assert.ok(counts[0] > 0.85 * n, `${counts}`);
  const free = leadVoices.bind(null, new Choices(key(2)), into, { notes, rises: -1, falls: -1 });
  assert.ok(Array.from({ length: n }, free).filter((chosen) => chosen[2] === 79).length > 0.2 * n);
});
