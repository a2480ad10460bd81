import assert from "node:assert/strict";
import { compile, type EngineName, grad, vmap } from "../../lib/compile/mod.ts";
import { type HostArray, linalg, type Tensor } from "../../lib/tensor/mod.ts";
import { largeRows } from "../../lib/compile/engine/wasm/limits.ts";
import { engines, isAbsent } from "./engines.ts";

type Floats = "float32" | "float64";
const limits: Readonly<Record<Floats, number>> = { float32: 2e-5, float64: 1e-12 };

const array = (data: number[], ...shape: number[]): HostArray => ({ data: Float64Array.from(data), shape });

/** A symmetric positive definite matrix, unlike others of the same size. */
const definite = (n: number, seed = 0): number[] =>
  Array.from({ length: n * n }, (_, at) => {
    const i = Math.floor(at / n), j = at % n, wave = Math.cos(i + j + seed) / n;
    return Math.exp(-0.5 * ((i - j) / 3) ** 2) + wave + (i === j ? 1.5 : 0);
  });

/** The factor by the textbook, row after row. */
function factorOf(a: readonly number[], n: number): number[] {
  const l: number[] = Array(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j];
      for (let k = 0; k < j; k++) rest -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i === j ? Math.sqrt(rest) : rest / l[j * n + j];
    }
  }
  return l;
}

function near(found: ArrayLike<number>, expected: ArrayLike<number>, limit: number, what: string): void {
  assert.equal(found.length, expected.length, what);
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let i = 0; i < expected.length; i++) {
    const isClose = Math.abs(found[i] - expected[i]) <= limit * scale;
    assert.ok(isClose, `${what}: [${i}] is ${found[i]}, expected ${expected[i]}`);
  }
}

/** Runs a function in an engine. */
async function run(fn: (...x: any[]) => Tensor, args: HostArray[], engine: EngineName, dtype: Floats) {
  const compiled = compile(fn, { engine, dtype });
  const { data } = await compiled.arrays(...args);
  await compiled.release();
  return data as ArrayLike<number>;
}

const cholesky = (a: Tensor) => linalg.cholesky(a);

for (const engine of engines) {
  const own = { ignore: isAbsent(engine) };
  // Engines that write out columns take a second for as many as this.
  const sizes = engine === "js" || engine === "wasm" ? [1, 2, 7, 9, 15, 17, 31, 33, 67, 400] : [2, 9, 35];

  Deno.test(`cholesky() on ${engine} gives the textbook's factors, whatever the size`, own, async () => {
    for (const dtype of ["float32", "float64"] as const) {
      for (const n of sizes) {
        const a = definite(n), found = await run(cholesky, [array(a, n, n)], engine, dtype);
        near(found, factorOf(a, n), limits[dtype], `${n} rows, ${dtype}`);
      }
    }
  });

  Deno.test(`triangularSolve() on ${engine} solves for every triangle, and for batches`, own, async () => {
    // More columns than are solved at a time, for one size.
    const many = sizes.includes(33) ? [[33, 131]] : [];
    for (const [n, m] of [...sizes.filter((n) => n < 70).flatMap((n) => [[n, 1], [n, 5]]), ...many]) {
      const matrix = array([...definite(n), ...definite(n, 1)], 2, n, n);
      const x = array(Array.from({ length: n * m }, (_, i) => Math.sin(i)), 1, n, m);
      for (const [lower, transpose] of [[true, false], [true, true], [false, false], [false, true]]) {
        const solved = (matrix: Tensor, x: Tensor) => {
          const l = lower ? linalg.tril(matrix) : linalg.triu(matrix);
          return linalg.triangularSolve(matrix, linalg.matmul(l, x, transpose), { lower, transpose });
        };
        const found = await run(solved, [matrix, x], engine, "float64"),
          what = `${n} rows, ${lower} ${transpose}`;
        near(found, [...x.data, ...x.data], 1e-9, what);
      }
    }
  });

  Deno.test(`derivatives of factors on ${engine} are quotients of differences`, own, async () => {
    for (const n of sizes.filter((n) => n < 70)) {
      const weights = Array.from({ length: n * n }, (_, i) => Math.sin(3 * i + 1));
      const loss = (a: Tensor, w: Tensor) => linalg.cholesky(a).mul(w).sum();
      const value = (a: number[]) => factorOf(a, n).reduce((sum, l, i) => sum + l * weights[i], 0);
      const a = definite(n), w = array(weights, n, n);
      const slopes = await run((a, w) => grad(loss)(a, w), [array(a, n, n), w], engine, "float64");
      const step = 1e-5;
      for (const [i, j] of [[0, 0], [n - 1, 0], [n - 1, n >> 1], [n >> 1, n >> 1]]) {
        const moved = (by: number) => {
          const next = [...a];
          next[i * n + j] += by;
          if (i !== j) next[j * n + i] += by;
          return value(next);
        };
        const quotient = (moved(step) - moved(-step)) / (2 * step), sides = i === j ? 1 : 2;
        near([sides * slopes[i * n + j]], [quotient], 1e-6, `${n} rows, [${i}, ${j}]`);
        assert.equal(slopes[i * n + j], slopes[j * n + i]);
      }
    }
  });

  Deno.test(
    `a matrix that is not positive definite gives NaN on ${engine} from a column on`,
    own,
    async () => {
      for (const n of [5, 10, 20]) {
        const a = definite(n);
        a[3 * n + 3] = -1;
        const found = await run(cholesky, [array(a, n, n)], engine, "float64");
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            assert.equal(Number.isNaN(found[i * n + j]), j >= 3, `${n}: [${i}, ${j}]`);
          }
        }
      }
    },
  );

  Deno.test(
    `second derivatives and vmap() of factors agree on ${engine} with the interpreter`,
    own,
    async () => {
      const n = 11, a = array([...definite(n), ...definite(n, 2)], 2, n, n);
      const loss = (a: Tensor) => {
        const l = linalg.cholesky(a), b = linalg.tril(a).slice([0, 0], [n, 3]);
        return linalg.triangularSolve(l, b).square().sum().add(linalg.diagonal(l).log().sum()) as Tensor;
      };
      const slopes = vmap((a: Tensor) => grad((x: Tensor) => grad(loss)(x).sin().sum())(a) as Tensor);
      const expected = await run(slopes, [a], "tfjs", "float32");
      near(await run(slopes, [a], engine, "float64"), expected, 1e-4, engine);
    },
  );
}

Deno.test(
  "factors, their derivatives and solutions of many rows are those of few, whose products are their own",
  { ignore: isAbsent("wasm") },
  async () => {
    const before = { ...largeRows };
    // Blocks of 112 and 111 rows; of 84, 84 and 82.
    for (const n of [223, 250]) {
      const a = array(definite(n), n, n);
      const w = array(Array.from({ length: n * n }, (_, i) => Math.sin(3 * i + 1)), n, n);
      const b = array(Array.from(w.data.slice(0, 70 * n)), n, 70);
      const slopes = (a: Tensor, w: Tensor) =>
        grad((x: Tensor) => linalg.cholesky(x).mul(w).sum())(a) as Tensor;
      const solved = [[true, false], [true, true], [false, false], [false, true]].map(([lower, transpose]) =>
        [(a: Tensor, b: Tensor) => linalg.triangularSolve(a, b, { lower, transpose }), [a, b]] as const
      );
      for (const [fn, given] of [[cholesky, [a]], [slopes, [a, w]], ...solved] as const) {
        for (const dtype of ["float32", "float64"] as const) {
          const few = await run(fn, [...given], "wasm", dtype);
          Object.assign(largeRows, { factor: 0, gradient: 0, solve: 0 });
          const many = await run(fn, [...given], "wasm", dtype).finally(() =>
            Object.assign(largeRows, before)
          );
          near(many, few, limits[dtype], `${fn}, ${n} rows, ${dtype}`);
        }
      }
    }
  },
);

for (const engine of ["js", "wasm"] as const) {
  Deno.test(`factors of kernels next to singular, in float32 on ${engine}, are those of float64`, async () => {
    const n = 400, x = Array.from({ length: n }, (_, i) => (10 * (i + 0.3 * Math.sin(5 * i))) / n);
    const kernel = Float32Array.from({ length: n * n }, (_, at) => {
      const i = Math.floor(at / n), j = at % n;
      return Math.exp(-0.5 * (x[i] - x[j]) ** 2) + (i === j ? 1e-6 : 0);
    });
    const logs = (l: ArrayLike<number>) => {
      return Array.from({ length: n }, (_, i) => 2 * Math.log(l[i * n + i])).reduce((a, b) => a + b);
    };
    const found = await run(cholesky, [array(Array.from(kernel), n, n)], engine, "float32");
    // LAPACK's factor in float32 (spotrf) has none: a pivot is negative.
    const expected = logs(factorOf(Array.from(kernel), n)), off = Math.abs(logs(found) - expected);
    assert.ok(off < 0.01, `log |K| is off by ${off} of ${expected}`);
  });

  Deno.test(`factors in float32 on ${engine} keep their digits whatever the scale of rows`, async () => {
    const n = 96, sizes = Array.from({ length: n }, (_, i) => 10 ** (-8 * (i % 2)));
    for (const scale of [1, 3e-11, 1e10]) {
      const a = definite(n).map((x, at) =>
        Math.fround(scale ** 2 * x * sizes[Math.floor(at / n)] * sizes[at % n])
      );
      const found = await run(cholesky, [array(a, n, n)], engine, "float32"), expected = factorOf(a, n);
      for (let i = 0; i < n; i++) {
        const row = (l: ArrayLike<number>) =>
          Array.from(l).slice(i * n, i * n + n).map((x) => x / scale / sizes[i]);
        near(row(found), row(expected), 1e-5, `${n} rows, ${scale}, row ${i}`);
      }
    }
  });
}

Deno.test("a large matrix that is not positive definite gives NaN from a column on", async () => {
  const n = 530, a = definite(n);
  a[200 * n + 200] = -1;
  const found = await run(cholesky, [array(a, n, n)], "wasm", "float64");
  for (const [i, j] of [[0, 0], [199, 199], [529, 199], [200, 200], [529, 200], [529, 529], [400, 300]]) {
    assert.equal(Number.isNaN(found[i * n + j]), j >= 200, `[${i}, ${j}]`);
  }
  assert.equal(found[199 * n + 200], 0);
});

Deno.test("derivatives of triangularSolve() are quotients of differences, for every triangle", async () => {
  const n = 10, m = 2, weights = Array.from({ length: 2 * n * m }, (_, i) => Math.cos(i + 1));
  const w = array(weights, 2, n, m), matrix = definite(n), b = weights.map((x) => x + 0.5);
  for (const [lower, transpose] of [[true, false], [true, true], [false, false], [false, true]]) {
    // The matrix is shared by both members of the batch.
    const loss = (l: Tensor, b: Tensor, w: Tensor) =>
      linalg.triangularSolve(l, b, { lower, transpose }).mul(w).sum();
    const value = compile(loss, { engine: "js", dtype: "float64" });
    const slopes = compile(grad(loss, { argnums: [0, 1] }), { engine: "js", dtype: "float64" });
    const given = [array(matrix, n, n), array(b, 2, n, m)], found = await slopes.arrays(...given, w);
    for (const [side, at] of [[0, 0], [0, n + 1], [0, n], [0, 1], [0, 9 * n], [0, 9], [1, 0], [1, 39]]) {
      const moved = async (by: number) => {
        const next = given.map(({ data, shape }) => ({ data: data.slice(), shape }));
        next[side].data[at] += by;
        return (await value.arrays(...next, w)).data[0];
      };
      const quotient = (await moved(1e-5) - await moved(-1e-5)) / 2e-5,
        what = `${lower} ${transpose} ${side} ${at}`;
      assert.ok(Math.abs(found[side].data[at] - quotient) < 1e-7, what);
    }
  }
});
