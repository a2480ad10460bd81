import assert from "node:assert/strict";
import fc from "fast-check";
import { ragged } from "../../lib/nn/mod.ts";

const sequences = (lengths: readonly number[]): number[][][] =>
  lengths.map((length, s) => Array.from({ length }, (_, t) => [100 * (s + 1) + t, s]));

Deno.test("ragged() pads each sequence in a lane of its own, time first", () => {
  const { values, first, last, mask, places } = ragged(sequences([3, 1]));
  assert.deepEqual(values.shape, [3, 2, 2]);
  assert.deepEqual([...values.data], [100, 0, 200, 1, 101, 0, 0, 0, 102, 0, 0, 0]);
  assert.deepEqual([first.shape, last.shape, mask.shape], [[3, 2, 1], [3, 2, 1], [3, 2]]);
  assert.deepEqual([...first.data], [1, 1, 0, 0, 0, 0]);
  assert.deepEqual([...last.data], [0, 1, 0, 0, 1, 0]);
  assert.deepEqual([...mask.data], [1, 1, 1, 0, 1, 0]);
  assert.deepEqual(places, [{ lane: 0, start: 0, length: 3 }, { lane: 1, start: 0, length: 1 }]);
});

Deno.test("ragged() takes a length beyond that of the longest sequence", () => {
  const { values, mask } = ragged(sequences([2]), { length: 4 });
  assert.deepEqual(values.shape, [4, 1, 2]);
  assert.deepEqual([...mask.data], [1, 1, 0, 0]);
});

Deno.test("ragged() packs any sequences whole, one after the other, in lanes no longer than the longest", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 25 }), (lengths) => {
      const given = sequences(lengths), packed = ragged(given, { pack: true });
      const [steps, lanes, features] = packed.values.shape, longest = Math.max(...lengths);
      assert.equal(steps, longest);
      assert.ok(lanes <= lengths.length && lanes * steps >= lengths.reduce((a, b) => a + b));
      const at = (t: number, lane: number) => (t * lanes + lane) * features;
      packed.places.forEach(({ lane, start, length }, s) => {
        assert.equal(length, lengths[s]);
        for (let t = 0; t < length; t++) {
          assert.equal(packed.values.data[at(start + t, lane)], given[s][t][0]);
          assert.equal(packed.first.data[(start + t) * lanes + lane], Number(t === 0));
          assert.equal(packed.last.data[(start + t) * lanes + lane], Number(t === length - 1));
        }
      });
      const total = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0);
      assert.equal(total(packed.mask.data), lengths.reduce((a, b) => a + b));
      assert.deepEqual([total(packed.first.data), total(packed.last.data)], [lengths.length, lengths.length]);
    }),
  );
});

const wrong: [string, () => unknown, string][] = [
  ["an empty list", () => ragged([]), "Cannot batch sequences: the list is empty"],
  ["an empty sequence", () => ragged([[[1]], []]), "Cannot batch sequences: sequence 1 is empty"],
  [
    "rows of different lengths",
    () => ragged([[[1, 2]], [[1, 2], [3]]]),
    "Cannot batch sequences: step 1 of sequence 1 has 1 features, expected 2",
  ],
  [
    "a length that is too short",
    () => ragged(sequences([3]), { length: 2 }),
    "Cannot batch sequences in 2 steps: the longest lane has 3",
  ],
];
for (const [what, run, message] of wrong) {
  Deno.test(`ragged() throws on ${what}`, () => assert.throws(run, { message }));
}
