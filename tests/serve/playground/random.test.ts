import assert from "node:assert/strict";
import fc from "fast-check";
import { foldIn, keyOf, normal, uniform } from "../../../lib/serve/playground/page/random.js";
import { random } from "../../../lib/tensor/mod.ts";

const seeds = fc.nat(2 ** 32 - 1), lengths = fc.integer({ min: 1, max: 200 });

Deno.test("keys and uniforms of the page are the library's, bit for bit", () => {
  fc.assert(fc.property(seeds, seeds, lengths, (seed, place, length) => {
    const key = foldIn(keyOf(seed), place), own = random.key(seed).foldIn(place);
    assert.deepEqual(key, own.toJSON());
    assert.deepEqual(uniform(key, length), random.uniform(own, [length]).dataSync());
  }));
});

Deno.test("normals of the page are the library's up to rounding, in the tails too", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const drawn = normal(keyOf(seed), 1000), expected = random.normal(random.key(seed), [1000]).dataSync();
    drawn.forEach((x, i) => assert.ok(Math.abs(x - expected[i]) <= 1e-6 * Math.max(1, Math.abs(x)), `${x}`));
  }));
});
