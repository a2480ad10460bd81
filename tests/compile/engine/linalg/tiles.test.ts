import assert from "node:assert/strict";
import { plainTiles, type Tiles } from "../../../../lib/compile/engine/js/linalg/tiles.ts";
import { vectorTiles } from "../../../../lib/compile/engine/js/linalg/vector_tiles.ts";
import { vectorMachine } from "../../../../lib/compile/engine/wasm/machine.ts";

const ROWS = 12, INNER = 8;

/** Numbers from 0.5 to 1.5, so that no pivot is near 0. */
const numbers = (): Float64Array =>
  Float64Array.from({ length: 512 }, (_, i) => 1 + 0.5 * Math.sin(7 * i + 1));

/** What is done to them: solutions of 12 rows, products of 12 by 8 by 12 and of parts of panels. */
function work(tiles: Tiles): void {
  tiles.solve({ x: 144, count: 2, step: 48, panels: 0, length: ROWS, rows: ROWS });
  tiles.subtract({ a: 4, rows: 8, b: 144, columns: 8, length: ROWS, inner: 4, c: 352, stride: 4, step: 48 });
  tiles.subtract({ c: 192, stride: ROWS, a: 0, rows: ROWS, b: 96, columns: ROWS, inner: INNER });
}

Deno.test(
  "vectors without fused multiplication compute the bits of plain JavaScript",
  { ignore: !vectorMachine().hasVectors },
  () => {
    const plain = numbers(), memory = new WebAssembly.Memory({ initial: 1 });
    const vectors = new Float64Array(memory.buffer, 0, plain.length);
    vectors.set(plain);
    work(plainTiles(plain));
    work(vectorTiles(memory, false));
    assert.notDeepEqual(plain, numbers());
    assert.deepEqual(vectors.slice(), plain);
  },
);

Deno.test("the work on tiles solves and multiplies", () => {
  const found = numbers(), before = numbers();
  plainTiles(found).solve({ x: 4 * ROWS * 3, panels: 0, length: ROWS, rows: ROWS });
  const l = (i: number, k: number) => before[4 * ROWS * (i >> 2) + 4 * k + (i & 3)];
  for (let i = 0; i < ROWS; i++) {
    for (let c = 0; c < 4; c++) {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += l(i, k) * found[4 * ROWS * 3 + 4 * k + c];
      assert.ok(
        Math.abs(sum - before[4 * ROWS * 3 + 4 * i + c]) < 1e-9 * Math.max(1, Math.abs(found[144 + c])),
      );
    }
  }
});
