import assert from "node:assert/strict";
import { compile, type EngineName } from "../../lib/compile/mod.ts";
import { grad, scan, vmap } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "./engines.ts";

type Precision = "float32" | "float64";
const row = (...numbers: number[]): Tensor => tf.tensor1d(numbers);
const whole = (...numbers: number[]): Tensor => tf.tensor1d(numbers, "int32");

/** Runs a test in every engine and precision, with a function that compiles and runs another. */
function everywhere(
  name: string,
  test: (
    run: (fn: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]) => Promise<number[]>,
    engine: EngineName,
    dtype: Precision,
  ) => Promise<void>,
): void {
  for (const engine of [...engines, "tfjs"] as const) {
    for (const dtype of engine === "tfjs" ? ["float32"] as const : ["float32", "float64"] as const) {
      Deno.test({
        name: `${engine}, ${dtype}: ${name}`,
        ignore: isAbsent(engine),
        fn: () =>
          test(
            async (fn, ...inputs) => {
              const compiled = compile(fn, { engine, dtype }), { data } = await compiled.arrays(...inputs);
              await compiled.release();
              return [...data];
            },
            engine,
            dtype,
          ),
      });
    }
  }
}

everywhere("NaN stays in maxima and minima, wherever it stands", async (run) => {
  for (const length of [2, 3, 9, 40]) {
    for (const place of [0, 1, length - 1]) {
      const rows = Array.from({ length }, (_, i) => Math.sin(7 * i));
      const x = tf.tensor2d([rows, rows.with(place, NaN), rows]) as Tensor;
      const all = (x: Tensor) =>
        tf.concat([
          x.max(1),
          x.min(1),
          x.max(0).sum().reshape([1]),
          x.max().reshape([1]),
          tf.logSumExp(x, 1) as Tensor,
          tf.softmax(x).sum(1) as Tensor,
          tf.maximum(x, 0.5).sum(1),
          tf.minimum(0.5, x).sum(1),
          x.clipByValue(-0.5, 0.5).sum(1),
        ]);
      const isNaN = (await run(all, x)).map(Number.isNaN), of = [false, true, false];
      assert.deepEqual(isNaN, [of, of, true, true, of, of, of, of, of].flat(), `${place} of ${length}`);
    }
  }
});

everywhere("NaN comes before all numbers, wherever it stands", async (run) => {
  const x = tf.tensor2d([[1, NaN, 3, NaN], [NaN, 2, 3, 4], [4, 3, 2, NaN], [4, 3, 5, 1]]) as Tensor;
  assert.deepEqual(await run((x) => x.argMax(1), x), [1, 0, 3, 2]);
  assert.deepEqual(await run((x) => x.argMin(1), x), [1, 0, 3, 3]);
  assert.deepEqual(await run((x) => x.argMax(0), x), [1, 0, 3, 0]);
  assert.deepEqual(await run((x) => tf.topk(x.slice(1), 2).indices, x), [0, 3, 3, 0, 2, 0]);
});

everywhere("0 times NaN and infinity is NaN, as a constant and in a product of matrices", async (run) => {
  const x = row(NaN, Infinity, -Infinity, 2);
  assert.deepEqual(await run((x) => x.mul(0), x), [NaN, NaN, NaN, 0]);
  assert.deepEqual(await run((x) => tf.zeros([4]).mul(x), x), [NaN, NaN, NaN, 0]);
  assert.deepEqual(await run((x) => tf.zeros([1, 4]).matMul(x.reshape([4, 1])), x), [NaN]);
  assert.deepEqual(await run((x) => grad((x: Tensor) => x.mul(0).sum())(x), x), [0, 0, 0, 0]);
});

everywhere("-0 keeps its sign through sums with 0, negation and rounding", async (run, engine) => {
  // XLA takes x + 0 for x.
  if (engine === "xla") return;
  const signs = (x: Tensor) => x.reciprocal();
  const zeros = row(0, -0);
  assert.deepEqual(await run((x) => signs(x.add(0)), zeros), [Infinity, Infinity]);
  assert.deepEqual(await run((x) => signs(x.sub(0)), zeros), [Infinity, -Infinity]);
  assert.deepEqual(await run((x) => signs(tf.sub(0, x)), zeros), [Infinity, Infinity]);
  assert.deepEqual(await run((x) => signs(x.neg()), zeros), [-Infinity, Infinity]);
  assert.deepEqual(await run((x) => signs(tf.round(x)), row(0.25, -0.25)), [Infinity, -Infinity]);
});

everywhere("casts keep the lowest 32 bits of whole numbers, and what is not 0 is true", async (run) => {
  const x = row(NaN, Infinity, -Infinity, 3e9, -3e9, -1.75, 1.75, -0, 0.25);
  assert.deepEqual(await run((x) => x.toInt(), x), [0, 0, 0, 3e9 - 2 ** 32, 2 ** 32 - 3e9, -1, 1, 0, 0]);
  assert.deepEqual(await run((x) => x.cast("bool"), x), [1, 1, 1, 1, 1, 1, 1, 0, 1]);
  assert.deepEqual(await run((x) => x.toInt().mul(tf.scalar(2, "int32")), row(2e9)), [2e9 * 2 - 2 ** 32]);
});

everywhere(
  "whole numbers divide downwards, by 0 to 0, and the least of them by -1 to itself",
  async (run) => {
    const a = whole(-7, 7, 7, -7, 0, -(2 ** 31), 5), b = whole(2, -2, 0, 0, 0, -1, -(2 ** 31));
    assert.deepEqual(await run((a, b) => a.div(b), a, b), [-4, -4, 0, 0, 0, -(2 ** 31), -1]);
    assert.deepEqual(await run((a, b) => a.mod(b), a, b), [1, -1, 0, 0, 0, 0, 5 - 2 ** 31]);
    assert.deepEqual(await run((a, b) => a.pow(b), whole(3, 2, 0, -2), whole(20, -1, -1, 3)), [
      3 ** 20 | 0,
      0,
      0,
      -8,
    ]);
  },
);

everywhere("no elements have sum 0, product 1, and the extremes that change nothing", async (run) => {
  const none = tf.zeros([2, 0]) as Tensor;
  const all = (x: Tensor) =>
    tf.concat([x.sum(1), x.prod(1), x.max(1), x.min(1), tf.logSumExp(x, 1) as Tensor, x.mean(1)]);
  const two = (x: number) => [x, x];
  assert.deepEqual(await run(all, none), [0, 1, -Infinity, Infinity, -Infinity, 0].flatMap(two));
  assert.deepEqual(await run((x) => x.matMul(x, false, true), none), [0, 0, 0, 0]);
  assert.deepEqual(await run((x) => x.cast("bool").all(1).toInt().add(x.cast("bool").any(1)), none), [1, 1]);
  const nowhere = (x: Tensor) => tf.concat([x.argMax(1), x.toInt().max(1), x.toInt().min(1)]);
  assert.deepEqual(await run(nowhere, none), [0, -(2 ** 31), 2 ** 31 - 1].flatMap(two));
});

const outside: [string, (x: Tensor, places: Tensor) => Tensor][] = [
  ["rows", (x, places) => tf.gather(x, places as never)],
  ["columns", (x, places) => tf.gather(x, places as never, 1)],
  ["members of a batch", (x, places) => vmap((x: Tensor, i: Tensor) => tf.gather(x, i as never))(x, places)],
  [
    "steps of a loop",
    (x, places) =>
      scan(
        (c: Tensor, [x, i]: Tensor[]) => [c.add(tf.gather(x, i as never)) as Tensor, c],
        tf.scalar(0) as Tensor,
        [x, places],
      )[0],
  ],
  ["a derivative", (x, places) => grad((x: Tensor) => tf.gather(x, places as never).square().sum())(x)],
];
for (const [what, fn] of outside) {
  everywhere(`an index outside an axis is refused among ${what}, NaN with XLA`, async (run, engine) => {
    const x = tf.tensor2d([[1, 2], [3, 4]]) as Tensor;
    assert.ok((await run(fn, x, whole(1, 0))).every(Number.isFinite));
    for (const place of [2, -1, 9, -9, 2 ** 31 - 1, -(2 ** 31)]) {
      if (engine === "xla") {
        if (what !== "a derivative") assert.ok((await run(fn, x, whole(place, 0))).some(Number.isNaN));
      } else await assert.rejects(() => run(fn, x, whole(place, 0)), `${place}`);
    }
  });
}

everywhere(
  "a slice or an index beyond an axis of any length is refused when its length is known",
  async (_run, engine, dtype) => {
    const beyond: ((x: Tensor) => Tensor)[] = [
      (x) => x.slice([0], [5]),
      (x) => x.slice([4]),
      (x) => tf.gather(x, whole(0, 4)),
    ];
    for (const fn of beyond) {
      const compiled = compile(fn, { engine, dtype, axes: [["T"]] });
      const { data } = await compiled.arrays(row(1, 2, 3, 4, 5));
      assert.equal(data.at(-1), 5);
      await assert.rejects(() => compiled.arrays(row(1, 2, 3)), {
        message: /^Cannot run: the function takes .* of an axis of length T, but T is 3$/,
      });
      await compiled.release();
    }
  },
);

everywhere("a number that was computed eagerly is found again", async (run, engine, dtype) => {
  if (dtype === "float64") return;
  const a = row(0.1, 1.1, 3.3, 7.7, 1e-3), b = row(0.3, 1.7, 0.7, 0.9, 33.3);
  const computed: ((a: Tensor, b: Tensor) => Tensor)[] = [
    (a, b) => a.mul(b),
    (a, b) => a.mul(b).add(a),
    (a, b) => a.div(b).sub(b).square(),
    (a, b) => a.mul(0.1).add(0.7).mul(b),
    (a, b) => a.add(b).sqrt().mul(a),
    (a, b) => a.mul(b).max().sub(b),
    (a, b) => scan((c: Tensor, x: Tensor) => [c.mul(x).add(b) as Tensor, c], a, row(0.3, 1.7))[0],
  ];
  // XLA makes one operation, rounded once, of a product and a sum.
  for (const [i, f] of (engine === "xla" ? computed.slice(0, 1) : computed).entries()) {
    const again = await run((a, b, x) => f(a, b).equal(x), a, b, f(a, b));
    assert.ok(again.every((same) => same === 1), `${i}: ${again}`);
  }
});

everywhere("a largest element that is computed again is the largest", async (run) => {
  const x = row(0.1, 0.7, 0.3);
  const hits = (x: Tensor) => {
    const y = x.exp().mul(x).add(0.1);
    return y.greaterEqual(y.reshape([1, 3]).max(1));
  };
  assert.deepEqual(await run(hits, x), [0, 1, 0]);
});

const analytic: [string, (x: number) => number, number[]][] = [
  ["asin", Math.asin, [-1, -0.999, -0.3, 1e-9, 0.5, 1]],
  ["acos", Math.acos, [-1, -0.5, 0.3, 0.999, 1]],
  ["atan", Math.atan, [-1e9, -2, -1e-9, 0.4, 1, 30]],
  ["tan", Math.tan, [-1.5, -0.3, 1e-9, 1.2]],
  ["sinh", Math.sinh, [-20, -1, 1e-9, 0.1, 30]],
  ["cosh", Math.cosh, [-20, -1, 1e-9, 0.1, 30]],
  ["asinh", Math.asinh, [-1e12, -1, 1e-9, 0.1, 30]],
  ["acosh", Math.acosh, [1, 1.5, 30, 1e12]],
  ["atanh", Math.atanh, [-0.99, -0.3, 1e-9, 0.9]],
  ["softplus", (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), [-60, -1, 0, 1, 80]],
  ["elu", (x) => x > 0 ? x : Math.expm1(x), [-30, -1, -1e-9, 0, 2]],
  ["log1p", Math.log1p, [1e-10, -0.5, 3]],
  ["expm1", Math.expm1, [1e-10, -0.5, 3]],
];
everywhere("functions that ONNX Runtime lacks in float64 have all digits", async (run, _engine, dtype) => {
  for (const [name, exact, inputs] of analytic) {
    const x = { data: Float64Array.from(inputs), shape: [inputs.length] };
    const found = await run(tf[name as "asin"] as (x: Tensor) => Tensor, x as never);
    inputs.forEach((x, i) => {
      const isDouble = dtype === "float64",
        e = exact(isDouble ? x : Math.fround(x)),
        tolerance = isDouble ? 1e-12 : 3e-6;
      assert.ok(
        Math.abs(found[i] - e) <= tolerance * Math.abs(e) + 1e-300,
        `${name}(${x}): ${found[i]}, ${e}`,
      );
    });
  }
  const x = { data: Float64Array.of(-4, 1e-9, 0.5, 2, 1e-4), shape: [5] };
  const exact = [
    -0.9999999845827421,
    1.1283791670955126e-9,
    0.5204998778130465,
    0.9953222650189527,
    1.1283791633342486e-4,
  ];
  (await run(tf.erf as (x: Tensor) => Tensor, x as never)).forEach((found, i) => {
    const tolerance = dtype === "float64" ? 1e-12 : 1e-6;
    assert.ok(Math.abs(found / exact[i] - 1) < tolerance, `erf(${x.data[i]}): ${found}, ${exact[i]}`);
  });
});
