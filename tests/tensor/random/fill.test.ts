import assert from "node:assert/strict";
import fc from "fast-check";
import type { Key } from "../../../lib/tensor/key.ts";
import {
  fillDraws,
  fillNormal,
  fillUniform,
  key,
  keyFromData,
  type PathStep,
} from "../../../lib/tensor/random/mod.ts";

Deno.test("fillNormal() and fillUniform() write what draw() gives, into any place of a float32 or float64 array", () => {
  for (const [kind, fill] of [["normal", fillNormal], ["uniform", fillUniform]] as const) {
    const expected = [...key(3).draw(kind, [6]).dataSync()];
    for (const array of [Float32Array, Float64Array]) {
      const out = new array(10).fill(-9);
      fill(key(3), out, 3, 6);
      assert.deepEqual([...out], [-9, -9, -9, ...expected, -9]);
      const all = new array(6);
      fill(key(3), all);
      assert.deepEqual([...all], expected);
    }
  }
});

/** The key at the end of a path, the slow way. */
function follow(root: Key, path: readonly PathStep[], indices: readonly number[]): Key {
  return path.reduce((k, step) => {
    if (step.op === "foldIn") return k.foldIn(step.data);
    if (step.op === "split") return k.split(step.count)[step.index];
    return k.foldIn(indices[step.depth] + (step.offset ?? 0));
  }, root);
}

function* indicesOf(sizes: readonly number[]): Generator<number[]> {
  if (sizes.length === 0) return yield [];
  for (let i = 0; i < sizes[0]; i++) for (const rest of indicesOf(sizes.slice(1))) yield [i, ...rest];
}

function assertFollows(path: PathStep[], loopSizes: number[], perStep: number): void {
  const expected = [...indicesOf(loopSizes)].flatMap((indices) => [
    ...follow(key(11), path, indices).draw("normal", [perStep]).dataSync(),
  ]);
  const out = new Float32Array(expected.length + 2);
  fillDraws("normal", key(11), path, loopSizes, out, perStep, 1);
  assert.deepEqual([...out], [0, ...expected, 0]);
}

Deno.test("fillDraws() gives each step of a scan what its own key draws", () => {
  assertFollows(
    [{ op: "foldIn", data: 5 }, { op: "loop", depth: 0 }, { op: "split", count: 3, index: 1 }, {
      op: "split",
      count: 2,
      index: 0,
    }],
    [40],
    5,
  );
  assertFollows([{ op: "loop", depth: 0, offset: 100 }], [7], 3);
});

Deno.test("fillDraws() without loops draws once, and takes a key's bare words", () => {
  assertFollows([], [], 4);
  const out = new Float64Array(3);
  fillDraws("uniform", [0, 11], [{ op: "foldIn", data: 1 }], [], out, 3);
  assert.deepEqual([...out], [...key(11).foldIn(1).draw("uniform", [3]).dataSync()]);
});

Deno.test("fillDraws() follows any path through nested loops", () => {
  const step = fc.oneof(
    fc.record({ op: fc.constant("foldIn" as const), data: fc.nat(1000) }),
    fc.nat(3).map((index) => ({ op: "split" as const, count: 4, index })),
    fc.record({ op: fc.constant("loop" as const), depth: fc.nat(2), offset: fc.nat(9) }),
  );
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 6 }),
      sizes,
      fc.integer({ min: 1, max: 6 }),
      (...args) => assertFollows(...args),
    ),
    { seed: 2, numRuns: 150 },
  );
});

Deno.test("fillDraws() writes nothing where a loop has no iterations", () => {
  fillDraws("normal", key(1), [{ op: "loop", depth: 0 }], [0], new Float32Array(0), 5);
});

Deno.test("keyFromData() reads back what JSON wrote", () => {
  const k = key(2 ** 40 + 5).foldIn(3);
  assert.deepEqual(keyFromData(JSON.parse(JSON.stringify(k))), k);
});
