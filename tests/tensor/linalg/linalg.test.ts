import assert from "node:assert/strict";
import fc from "fast-check";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import {
  cholesky,
  diagEmbed,
  diagonal,
  logDet,
  matvec,
  outer,
  transposeMatrix,
  triangularSolve,
  tril,
  triu,
} from "../../../lib/tensor/linalg/mod.ts";
import { f64, inFloat64, read } from "../special/float64.ts";

const a3 = [[4, 1, 0.5], [1, 3, -0.2], [0.5, -0.2, 2]];
const l3 = [[2, 0, 0], [0.5, 1.5, 0], [-1, 0.3, 0.7]];
const u3 = [[2, 0.5, -1], [0, 1.5, 0.3], [0, 0, 0.7]];
const b3 = [[1, 2], [3, -1], [0.5, 4]];

function near(found: number[], expected: number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  expected.forEach((y, i) =>
    assert.ok(Math.abs(found[i] - y) <= tolerance, `[${i}]: ${found[i]}, expected ${y}`)
  );
}
const values = (x: Tensor) => [...x.dataSync()];

Deno.test("cholesky() multiplied with its transpose gives the matrix back, for any size", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 49, maxLength: 49 }),
      (n, entries) => {
        inFloat64(() => {
          const m = f64(Array.from({ length: n }, (_, i) => entries.slice(i * n, i * n + n)));
          const matrix = m.matMul(m, false, true).add(diagEmbed(f64(new Array(n).fill(0.1))));
          const l = cholesky(matrix);
          near(read(l.matMul(l, false, true)), read(matrix), 1e-9);
          near(read(triu(l, 1)), new Array(n * n).fill(0), 0);
        });
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("cholesky() works on batches and logDet() agrees with the determinant", () => {
  const batch = tf.tensor([a3, [[1, 0, 0], [0, 4, 0], [0, 0, 9]]]) as Tensor;
  near(values(cholesky(batch).slice([1, 0, 0], [1, 3, 3])), [1, 0, 0, 0, 2, 0, 0, 0, 3], 1e-6);
  near(values(logDet(batch)), [Math.log(20.89), Math.log(36)], 1e-5);
});

Deno.test("triangularSolve() solves for every triangle, transposed or not, in batches", () => {
  for (const [matrix, lower] of [[l3, true], [u3, false]] as const) {
    for (const transpose of [false, true]) {
      const m = tf.tensor([matrix, matrix]) as Tensor, b = tf.tensor(b3) as Tensor;
      const x = triangularSolve(m, b, { lower, transpose });
      assert.deepEqual(x.shape, [2, 3, 2]);
      near(values((transpose ? transposeMatrix(m) : m).matMul(x)), [b3, b3].flat(2), 1e-5);
    }
  }
});

Deno.test("triangularSolve() does not read the other triangle", () => {
  const dirty = tf.tensor(l3).add(triu(tf.fill([3, 3], 7), 1)) as Tensor;
  near(
    values(triangularSolve(dirty, tf.tensor(b3))),
    values(triangularSolve(tf.tensor(l3), tf.tensor(b3))),
    0,
  );
});

Deno.test("tril(), triu(), diagonal() and diagEmbed() pick the entries that NumPy picks", () => {
  const m = tf.tensor2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
  assert.deepEqual(values(tril(m)), [1, 0, 0, 4, 5, 0, 7, 8, 9]);
  assert.deepEqual(values(tril(m, -1)), [0, 0, 0, 4, 0, 0, 7, 8, 0]);
  assert.deepEqual(values(triu(m)), [1, 2, 3, 0, 5, 6, 0, 0, 9]);
  assert.deepEqual(values(triu(m, 1)), [0, 2, 3, 0, 0, 6, 0, 0, 0]);
  assert.deepEqual(values(diagonal(m)), [1, 5, 9]);
  assert.deepEqual(values(diagEmbed(tf.tensor1d([1, 2]))), [1, 0, 0, 2]);
  assert.deepEqual(diagEmbed(tf.ones([4, 2])).shape, [4, 2, 2]);
});

Deno.test("matvec() and outer() broadcast over batches", () => {
  assert.deepEqual(values(matvec(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([1, 10]))), [21, 43]);
  assert.deepEqual(values(matvec(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[1, 10], [0, 1]]))), [
    21,
    43,
    2,
    4,
  ]);
  assert.deepEqual(matvec(tf.ones([5, 2, 3]), tf.ones([4, 1, 3])).shape, [4, 5, 2]);
  assert.deepEqual(values(outer(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]))), [3, 4, 6, 8]);
});

Deno.test("linear algebra throws on matrices that do not fit", () => {
  const rectangle = tf.ones([2, 3]);
  const table: [() => unknown, string][] = [
    [
      () => cholesky(rectangle),
      "Cannot compute cholesky: expected square matrices [..., n, n], found shape [2, 3]",
    ],
    [
      () => diagonal(tf.ones([3])),
      "Cannot compute diagonal: expected square matrices [..., n, n], found shape [3]",
    ],
    [
      () => triangularSolve(tf.eye(3), tf.ones([2, 1])),
      "Cannot compute triangularSolve: expected a right-hand side [..., 3, k] for matrices of shape [3, 3], found shape [2, 1]",
    ],
    [
      () => cholesky(tf.tensor2d([[1, 2], [2, 1]])),
      "Cannot compute cholesky: matrix 0 of shape [2, 2] is not positive definite; add a small multiple of the identity",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});
