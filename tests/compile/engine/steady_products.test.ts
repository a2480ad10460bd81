import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "../../../lib/compile/mod.ts";
import { bindPortable } from "../../../lib/compile/engine/js/load.ts";
import { ResidentMatrix } from "../../../lib/compile/engine/js/steady/resident_matrix.ts";
import type { Tensor } from "../../../lib/tensor/mod.ts";

/** Numbers between -1 and 1, the same at every call. */
function numbers(count: number, seed: number, digits: (x: number) => number = (x) => x): Float64Array {
  let state = seed + 1;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return digits(state / 2 ** 31 - 1 + state * 2 ** -60);
  });
}

const close = (found: number, exact: number, size: number) =>
  assert.ok(Math.abs(found - exact) <= 1e-15 * size, `${found}, expected ${exact}`);

Deno.test("a matrix in WebAssembly's memory multiplies vectors as the sums say, whatever its lengths", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), (rows, columns) => {
      const a = numbers(rows * columns, 0), matrix = new ResidentMatrix(a, rows, columns);
      const x = numbers(columns + 2, 1), y = numbers(rows + 1, 2);
      const ax = new Float64Array(rows + 3).fill(7), ay = new Float64Array(columns + 3).fill(7);
      for (let time = 0; time < 2; time++) {
        matrix.times(x, 2, ax, 1);
        matrix.transposedTimes(y, 1, ay, 2);
      }
      for (let i = 0; i < rows; i++) {
        close(ax[i + 1], x.subarray(2).reduce((sum, b, j) => sum + a[i * columns + j] * b, 0), 2 * columns);
      }
      for (let j = 0; j < columns; j++) {
        close(ay[j + 2], y.subarray(1).reduce((sum, b, i) => sum + a[i * columns + j] * b, 0), 2 * rows);
      }
      // What lies beside the results stays.
      assert.deepEqual([ax[0], ax[rows + 1], ax[rows + 2]], [7, 7, 7]);
      assert.deepEqual([ay[0], ay[1], ay[columns + 2]], [7, 7, 7]);
    }),
    { seed: 1, numRuns: 50 },
  );
});

Deno.test("a large matrix of float32 numbers, kept in half the memory, gives the very same sums", () => {
  const rows = 3001, columns = 51, single = numbers(rows * columns, 3, Math.fround);
  const double = single.slice();
  // One number with more digits, which times 0 is nothing: all are kept in 8 bytes.
  double[double.length - 1] = 0.1;
  const x = numbers(columns, 4).with(columns - 1, 0), y = numbers(rows, 5).with(rows - 1, 0);
  const of = (data: Float64Array) => {
    const matrix = new ResidentMatrix(data, rows, columns);
    const ax = new Float64Array(rows), ay = new Float64Array(columns);
    matrix.times(x, 0, ax, 0);
    matrix.transposedTimes(y, 0, ay, 0);
    return { ax, ay };
  };
  assert.deepEqual(of(single), of(double));
});

Deno.test("a program whose matrix stays the same leaves its products to WebAssembly, here and in a Worker", async () => {
  const shape = [600, 10], x = { data: numbers(6000, 6), shape };
  const fn = (b: Tensor, x: Tensor) => {
    const logits = x.matMul(b.reshape([10, 1])).reshape([600]);
    return [logits.square().sum(), x.matMul(logits.sigmoid().reshape([600, 1]), true)];
  };
  const compiled = compile(fn, { engine: "js", dtype: "float64" });
  const b = { data: numbers(10, 7), shape: [10] }, { once, rest } = await compiled.parts(b, x);
  assert.equal(once, undefined);
  assert.deepEqual(rest.portable!.products, [
    { input: 1, rows: 600, columns: 10, isTransposed: false },
    { input: 1, rows: 600, columns: 10, isTransposed: true },
  ]);
  const results =
    () => [{ data: new Float64Array(1), shape: [] }, { data: new Float64Array(10), shape: [10, 1] }];
  const here = results(), there = results(), run = rest.bind([b, x], here)!;
  const inWorker = bindPortable(rest.portable!, [b, x, ...there].map(({ data }) => data));
  for (const scale of [1, -2]) {
    b.data.forEach((number, i) => b.data[i] = number * scale);
    run();
    inWorker();
    assert.deepEqual(here, there);
    const plain = await rest.run([b, x]);
    plain.forEach(({ data }, k) => data.forEach((exact, i) => close(here[k].data[i], exact, 6000)));
  }
  // A program of which nothing is known to stay leaves nothing.
  assert.deepEqual((await compiled.program(b, x)).portable!.products, []);
  await compiled.release();
});
