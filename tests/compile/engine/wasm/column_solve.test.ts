import assert from "node:assert/strict";
import { columnSolve } from "../../../../lib/compile/engine/wasm/column_solve.ts";
import { vectorMachine } from "../../../../lib/compile/engine/wasm/machine.ts";
import { compile } from "../../../../lib/compile/mod.ts";
import { linalg, type Tensor } from "../../../../lib/tensor/mod.ts";

const own = { ignore: !vectorMachine().hasVectors };

/** A lower triangle, whose solutions stay near 1; row i of it has i + 1 numbers. */
const element = (i: number, j: number): number => i === j ? 2 + Math.cos(i) : Math.sin(3 * i + j) / (1 + i);

Deno.test("one column is solved for where it lies, by rows and by columns", own, () => {
  for (const Data of [Float32Array, Float64Array]) {
    const memory = new WebAssembly.Memory({ initial: 2 }), all = new Data(memory.buffer).fill(7);
    const solve = columnSolve(memory, all.BYTES_PER_ELEMENT as 4 | 8);
    for (const n of [16, 17, 18, 35, 64]) {
      // Rows lie further apart than they are long.
      const row = n + 3, start = 64, l = all.subarray(start, start + n * row), at = start + n * row;
      const x = Array.from({ length: n }, (_, i) => Math.sin(i + 1));
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) l[i * row + j] = j <= i ? element(i, j) : NaN;
      for (const isUpper of [false, true]) {
        const b = x.map((_, i) => {
          let sum = 0;
          for (let k = 0; k < n; k++) {
            if (isUpper ? k >= i : k <= i) sum += (isUpper ? l[k * row + i] : l[i * row + k]) * x[k];
          }
          return sum;
        });
        const view = { data: l, at: 0, row: isUpper ? 1 : row, column: isUpper ? row : 1 };
        const column = (data: Float32Array | Float64Array, at: number) => ({ data, at, row: 1, column: 1 });
        const given = column(Data.from(b), 0), before = all.slice();
        assert.ok(solve(view, given, column(all, at), n, isUpper));
        const limit = Data === Float32Array ? 2e-6 : 1e-14;
        x.forEach((x, i) =>
          assert.ok(Math.abs(all[at + i] - x) <= limit, `${n} ${isUpper} ${i}: ${all[at + i]}`)
        );
        // All else is as before.
        before.set(all.subarray(at, at + n), at);
        assert.deepEqual(all, before);
        const elsewhere = { ...view, data: l.slice() };
        assert.ok(!solve(elsewhere, given, column(all, at), n, isUpper));
      }
    }
  }
});

Deno.test("solutions for one column within a program are those of engine js", own, async () => {
  const n = 37, rows = Array.from({ length: n }, (_, i) => i);
  const a = {
    data: Float64Array.from(rows.flatMap((i) => rows.map((j) => 1 / (1 + Math.abs(i - j)) + +(i === j)))),
    shape: [n, n],
  };
  const b = { data: Float64Array.from(rows, Math.sin), shape: [n, 1] };
  const solved = (a: Tensor, b: Tensor): Tensor => {
    // Enough work for vectors, so that the factor lies in their memory.
    const l = linalg.cholesky(a.mul(a).exp()), z = linalg.triangularSolve(l, b, { lower: true });
    return linalg.triangularSolve(l, z, { lower: true, transpose: true });
  };
  const [found, expected] = await Promise.all((["wasm", "js"] as const).map(async (engine) => {
    const compiled = compile(solved, { engine, dtype: "float64" });
    const { data } = await compiled.arrays(a, b);
    await compiled.release();
    return data;
  }));
  for (let i = 0; i < n; i++) {
    assert.ok(Math.abs(found[i] - expected[i]) < 1e-14, `${i}: ${found[i]}, ${expected[i]}`);
  }
});
