import assert from "node:assert/strict";
import { compile, type Precision, scan } from "../../../../lib/compile/mod.ts";
import { type HostArray, sizeOf, special, type Tensor, tf } from "../../../../lib/tensor/mod.ts";
import { vectorMachine } from "../../../../lib/compile/engine/wasm/machine.ts";
import { vectorLimits } from "../../../../lib/compile/engine/wasm/limits.ts";
import "../../engines.ts";

const ignore = !vectorMachine().hasVectors;

const array = (shape: number[], precision: Precision, seed = 1): HostArray => {
  const data = precision === "float64" ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
  return { shape, data: data.map((_, i) => 4 * ((0.377 * seed + 0.6180339887 * (i + 1)) % 1) - 2) };
};

/** Holds a function in wasm against js, in both precisions. */
async function alike(
  fn: (...x: any[]) => unknown,
  shapes: number[][],
  axes?: any,
  tolerance = 4e-6,
): Promise<void> {
  for (const dtype of ["float32", "float64"] as const) {
    const given = shapes.map((shape, i) => array(shape, dtype, i + 1)),
      limit = dtype === "float64" ? 1e-13 : tolerance;
    const [js, wasm] = await Promise.all(
      (["js", "wasm"] as const).map((engine) => compile(fn, { engine, dtype, axes }).arrays(...given)),
    );
    const [expected, found] = [js, wasm].map((x) => (Array.isArray(x) ? x : [x]) as HostArray[]);
    expected.forEach(({ data, shape }, k) => {
      assert.deepEqual(found[k].shape, shape);
      data.forEach((e, i) => {
        const a = found[k].data[i];
        const isNear = Object.is(a, e) || Math.abs(a - e) <= limit * (1 + Math.abs(e));
        assert.ok(isNear, `${dtype} output ${k}[${i}]: ${a}, js ${e}`);
      });
    });
  }
}

Deno.test({
  name: "loops of any length, over broadcast, transposed and reversed arrays, are those of js",
  ignore,
  fn: async () => {
    for (const [m, n] of [[1, 1], [3, 2], [5, 7], [4, 8], [17, 33], [2, 1039]]) {
      await alike(
        (x: Tensor, row: Tensor, column: Tensor, y: Tensor) => [
          x.mul(row).add(column).exp(),
          x.add(y.transpose()).tanh(),
          tf.where(x.greater(row), x, column).sum(0),
          x.greater(column).logicalOr(x.less(row)),
          x.reverse(1).sub(row),
          tf.concat([x, x.neg()], 1).square(),
        ],
        [[m, n], [n], [m, 1], [n, m]],
      );
    }
  },
});

Deno.test({
  name: "sides of choices that no lane, some lanes or all take, within each other, are those of js",
  ignore,
  fn: async () => {
    for (const threshold of [-3, 0, 3]) {
      await alike(
        (x: Tensor, y: Tensor) => {
          const isLow = x.less(threshold), far = x.abs().add(1).log().mul(y.sin()).exp().log1p();
          const near = x.tanh().mul(y.exp()).sigmoid().mul(x.sin()),
            inner = tf.where(y.greater(0), far, near);
          return [
            tf.where(isLow, far, y),
            tf.where(isLow, x, near),
            tf.where(isLow, inner.cos().exp().add(far), x.expm1().exp().sub(x.sin())),
            x.cos().add(tf.where(isLow, x.sin().exp().log1p(), x.sin().sigmoid().log())),
            tf.where(isLow, 0, x),
            tf.where(isLow, tf.where(isLow, -Infinity, near.exp().log()).exp(), y),
            // What the condition, the other side or a sum needs too.
            tf.where(near.sigmoid().exp().greater(2), near.sigmoid().exp(), 0),
            tf.where(isLow, far.exp().log1p().sin(), far.exp().log1p().sin().add(1)).sum(),
            tf.where(isLow, x.exp().log1p().sin().greater(0), y.exp().log1p().sin().less(0.5)),
          ];
        },
        [[261], [261]],
      );
    }
  },
});

Deno.test({
  name: "sides of choices that are the same for all lanes, by a number or a row's number, are those of js",
  ignore,
  fn: async () => {
    for (const threshold of [-3, 3]) {
      await alike(
        (x: Tensor, column: Tensor) =>
          [tf.scalar(0).mul(column.sum()), column].map((condition) => {
            const isLow = condition.less(threshold), far = x.abs().add(1).log().exp().log1p();
            return [
              tf.where(isLow, far, x.tanh().exp().sigmoid()),
              tf.where(isLow, far, x).add(tf.where(isLow, x, x.exp().tanh().log1p())),
              tf.where(isLow, far, far.sin().exp().log1p()),
            ];
          }).flat(),
        [[3, 261], [3, 1]],
      );
    }
  },
});

Deno.test({
  name: "choices within a choice by the same condition, and loops around numbers, are those of js",
  ignore,
  fn: async () => {
    await alike((x: Tensor, c: Tensor) => {
      const isOut = x.less(-0.5).logicalOr(x.greater(1)), inside = tf.where(isOut, 0.5, x).mul(c);
      const isHigh = inside.greater(0.2), near = tf.where(isHigh, inside, 1).log1p();
      const both = tf.where(isHigh, near, tf.where(isHigh, 7, inside.abs().sqrt()));
      return [
        tf.where(isOut, -Infinity, both.sub(c.exp().log1p())),
        tf.where(isOut, tf.where(isOut, x.exp(), c), tf.where(isOut, c, x.add(2).log())),
        // What is also needed outside stays as it is.
        tf.where(isOut, near, both).add(inside),
      ];
    }, [[261], []]);
  },
});

Deno.test({
  name: "limits of numbers, and choices of 0 and NaN, have the bits of js at NaN, infinities and zeros",
  ignore,
  fn: async () => {
    const limits = [0, -0, 1, -1, Infinity, -Infinity, NaN];
    const fn = (x: Tensor) => [
      ...limits.flatMap((c) => [tf.maximum(x, c), tf.minimum(x, c), tf.maximum(c, x), tf.minimum(c, x)]),
      ...[0, -0, NaN].flatMap((c) => [tf.where(x.less(0.5), c, x), tf.where(x.less(0.5), x, c)]),
      ...[x.relu(), x.clipByValue(0, 1), x.clipByValue(-1, 0)],
    ];
    for (const [dtype, Data] of [["float32", Float32Array], ["float64", Float64Array]] as const) {
      const edges = Data.of(NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.25, -0.25), data = new Data(300);
      const given = { data: data.map((_, i) => edges[i % edges.length]), shape: [300] };
      const [js, wasm] = await Promise.all(
        (["js", "wasm"] as const).map((engine) => compile(fn, { engine, dtype }).arrays(given)),
      ) as HostArray[][];
      js.forEach(({ data }, k) =>
        data.forEach((e, i) =>
          assert.ok(Object.is(e, wasm[k].data[i]), `${dtype} output ${k} of ${given.data[i]}: ${e}`)
        )
      );
    }
  },
});

Deno.test({
  name: "an element has the same bits in vectors side by side, in one that is left over, and alone",
  ignore,
  fn: async () => {
    const fn = (x: Tensor) => [tf.exp(x), tf.sigmoid(x), tf.log(x.abs()), x.square().sub(x)];
    for (const dtype of ["float32", "float64"] as const) {
      const { data: all } = array([300], dtype);
      // Exponentials that are not normal numbers, and the logarithm of 0.
      for (const at of [5, 40, 110, 250]) all[at] = dtype === "float32" ? -90 : -720;
      all[60] = 0;
      const of = (n: number) =>
        compile(fn, { engine: "wasm", dtype }).arrays({ data: all.slice(0, n), shape: [n] }) as Promise<
          HostArray[]
        >;
      const whole = await of(300);
      for (const n of [2, 3, 6, 9, 20, 35, 67, 130, 143, 257]) {
        for (const [k, { data }] of (await of(n)).entries()) {
          assert.deepEqual(data, whole[k].data.slice(0, n), `${dtype}, output ${k} of ${n}`);
        }
      }
    }
  },
});

Deno.test({
  name: "whole numbers are read as floats, in rows, columns and one for all",
  ignore,
  fn: async () => {
    for (const dtype of ["float32", "float64"] as const) {
      const fn = (n: Tensor, x: Tensor, one: Tensor) => [
        n.cast("float32").mul(x).exp(),
        n.transpose().cast("float32").add(one.cast("float32")),
        n.cast("bool").logicalAnd(x.greater(0)),
      ];
      const whole = (shape: number[]) => ({
        shape,
        data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => i % 5 - 2),
      });
      const given = [whole([33, 33]), array([33, 33], dtype), whole([1])];
      const [js, wasm] = await Promise.all(
        (["js", "wasm"] as const).map((engine) => compile(fn, { engine, dtype }).arrays(...given)),
      );
      js.forEach(({ data }: HostArray, k: number) =>
        data.forEach((e, i) => assert.ok(Math.abs(wasm[k].data[i] - e) <= 4e-6 * (1 + Math.abs(e))))
      );
      const program = await compile(fn, { engine: "wasm", dtype }).program(...given);
      assert.match(program.provider, /vectors/);
      await program.release();
    }
  },
});

Deno.test({
  name: "sums and extremes over any axes are those of js",
  ignore,
  fn: async () => {
    const axes = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
    // The second and the third have short last axes, which loops in vectors go across.
    for (const shape of [[3, 5, 7], [2, 71, 3], [71, 3, 2], [1, 2, 1030]]) {
      await alike((x: Tensor) => axes.flatMap((a) => [x.exp().sum(a), x.max(a), x.min(a)]), [shape]);
      for (const a of axes) {
        const both = (x: Tensor, row: Tensor) => [x.mul(row).exp(), x.add(row).exp().sum(a).log()];
        await alike(both, [shape, shape.slice(-1)]);
      }
    }
    await alike((x: Tensor) => [x.sum(), x.square().sum(), x.max(), x.log().isNaN().any()], [[37]]);
    await alike((x: Tensor) => [tf.softmax(x), x.greater(1).any(1), x.logSumExp(1).sub(x.max(1))], [[70, 3]]);
  },
});

Deno.test({
  name: "products of any shapes, transposed or not, of batches and of named axes, are those of js",
  ignore,
  fn: async () => {
    const shapes = [[1, 1, 1], [5, 7, 9], [4, 4, 12], [13, 3, 2], [2, 17, 1], [33, 2, 31], [20, 70, 25]];
    for (const [m, k, n] of [...shapes, [1, 21, 47], [3, 9, 50]]) {
      for (const [left, right] of [[false, false], [true, false], [false, true], [true, true]]) {
        const a = left ? [k, m] : [m, k], b = right ? [n, k] : [k, n];
        const fn = (x: Tensor, y: Tensor) => tf.matMul(x, y, left, right);
        await alike(fn, [a, b], undefined, 2e-5);
        await alike(fn, [[2, ...a], [2, ...b]], undefined, 2e-5);
        await alike(fn, [a, b], [left ? [null, "m"] : ["m", null], right ? ["n", null] : [null, "n"]], 2e-5);
      }
    }
  },
});

Deno.test({
  name: "arrays of a named axis grow and shrink, in loops too",
  ignore,
  fn: async () => {
    const fn = (x: Tensor) => {
      const [last, all] = scan((s: Tensor, row: Tensor) => [s.add(row.exp()), s.mul(row)], tf.zeros([40]), x);
      return [last, all, x.sum(0)];
    };
    const [js, wasm] = (["js", "wasm"] as const).map((engine) =>
      compile(fn, { engine, axes: [["T", null]] })
    );
    for (const length of [3, 2000, 1, 50]) {
      const x = array([length, 40], "float32"), expected = await js.arrays(x), found = await wasm.arrays(x);
      expected.forEach(({ data }: HostArray, k: number) =>
        data.forEach((e, i) => {
          const a = found[k].data[i];
          assert.ok(
            Math.abs(a - e) <= 1e-5 * (1 + Math.abs(e)),
            `${length} output ${k}[${i}]: ${a}, js ${e}`,
          );
        })
      );
    }
  },
});

Deno.test({
  name: "a program of vectors can be bound to arrays, and says what it runs on",
  ignore,
  fn: async () => {
    const x = array([100], "float32"), y = { data: new Float32Array(100), shape: [100] };
    const program = await compile((x: Tensor) => x.square(), { engine: "wasm" }).program(x);
    const run = program.bind([x], [y])!;
    for (const number of [3, 5]) {
      x.data.fill(number);
      run();
      assert.deepEqual([...y.data], Array(100).fill(number * number));
    }
    assert.match(program.provider, /vectors/);
    await program.release();
  },
});

Deno.test({
  name:
    "large products are ONNX Runtime's, over the same memory: transposed or not, of batches and of named axes",
  ignore,
  fn: async () => {
    const [m, k, n] = [70, 90, 80];
    for (const [left, right] of [[false, false], [true, false], [false, true]]) {
      const a = left ? [k, m] : [m, k], b = right ? [n, k] : [k, n];
      const fn = (x: Tensor, y: Tensor) => tf.matMul(x, y, left, right).tanh();
      await alike(fn, [a, b], undefined, 2e-5);
      await alike(fn, [[2, ...a], [2, ...b]], undefined, 2e-5);
      await alike(fn, [a, b], [left ? [null, "m"] : ["m", null], null], 2e-5);
      const program = await compile(fn, { engine: "wasm" }).program(array(a, "float32"), array(b, "float32"));
      assert.match(program.provider, /large products in ONNX Runtime/);
    }
    // The left-hand matrix is transposed before where the other has many columns.
    const wide = (x: Tensor, y: Tensor) => tf.matMul(x, y, true);
    await alike(wide, [[2, 71, 13], [2, 71, 401]], undefined, 2e-5);
    await alike(wide, [[71, 13], [71, 401]], [["k", "m"], ["k", null]], 2e-5);
    // Each step of a loop multiplies parts of its own.
    const loop = (x: Tensor, y: Tensor) =>
      scan((s: Tensor, part: Tensor) => [part.matMul(y).mul(0.1).add(s), part.sum()], tf.zeros([m, n]), x);
    await alike(loop, [[3, m, k], [k, n]], undefined, 2e-5);
  },
});

Deno.test({
  name:
    "outputs that stay in the memory of vectors are inputs of later runs, and come back when they are fetched",
  ignore,
  fn: async () => {
    const step = compile((p: Tensor, x: Tensor) => [p.mul(0.5).add(x), p.sum()], { engine: "wasm" });
    const x = array([300], "float32"), start = array([300], "float32", 2);
    const copy = () => ({ data: start.data.slice(), shape: [300] });
    const program = await step.program(start, x), total = { data: new Float32Array(1), shape: [] };
    const expected = Float64Array.from(start.data), sets = [copy(), copy(), copy()];
    for (let i = 0; i < 7; i++) {
      const from = sets[i % 2], into = sets[(i + 1) % 2];
      await program.run([from, x], [], { outputs: [into, total], stay: true });
      expected.forEach((e, j) => expected[j] = e * 0.5 + x.data[j]);
      // A third set of arrays, of a run whose outputs are not kept.
      await program.run([from, x], [], { outputs: [sets[2], total] });
      sets[2].data.forEach((found, j) => assert.ok(Math.abs(found - expected[j]) <= 1e-5));
    }
    const [last, before] = [sets[1], sets[0]];
    program.fetch([last, before, total]);
    last.data.forEach((found, j) => assert.ok(Math.abs(found - expected[j]) <= 1e-5));
    assert.ok(Math.abs(total.data[0] - Array.from(before.data).reduce((a, b) => a + b, 0)) <= 1e-3);
    // What was fetched is the caller's again.
    last.data.fill(2);
    await program.run([last, x], [], { outputs: [before, total] });
    assert.equal(total.data[0], 600);
    assert.equal(before.data[5], Math.fround(1 + x.data[5]));
    await program.release();
  },
});

Deno.test({
  name: "sides of choices that are computed where they are needed are those of js, whoever needs them",
  ignore,
  fn: async () => {
    const heavy = (x: Tensor) => tf.softplus(x.square().add(1)).log();
    // No element of the first rows, all of the next and some of the others are above the limit.
    for (const limit of [3, -3, 0.1]) {
      await alike(
        (x: Tensor, y: Tensor, one: Tensor) => {
          const isAbove = x.greater(limit), isOne = one.greater(0), shared = tf.sigmoid(y);
          const inner = tf.where(y.less(0), heavy(y.add(x)), tf.sin(x));
          return [
            tf.where(isAbove, heavy(x), y),
            tf.where(isAbove, y, heavy(x)),
            tf.where(isAbove, heavy(x), tf.softplus(y).mul(shared)).add(tf.cos(x)),
            tf.where(isAbove, inner, heavy(y)).sum(),
            tf.where(isOne, heavy(x.sub(1)), heavy(y.sub(1))),
            tf.where(isAbove, heavy(y), x.abs().sqrt().div(y)).sub(tf.softplus(y)).max(0),
          ];
        },
        [[40, 35], [40, 35], [1]],
        undefined,
        1e-5,
      );
    }
  },
});

Deno.test({
  name: "a product that is added to a number is rounded with the sum, unless sums are compared",
  ignore: ignore || !vectorMachine().isFused,
  fn: async () => {
    const x = { data: new Float32Array(300).fill(1 + 2 ** -15), shape: [300] }, one = x.data.map(() => 1);
    const given = [x, { data: one, shape: [300] }] as const, both = x.data[0] ** 2;
    const at7 = async (fn: (x: Tensor, y: Tensor) => unknown) =>
      (await compile(fn, { engine: "wasm" }).arrays(...given) as HostArray).data[7];
    assert.equal(await at7((x, y) => y.sub(x.mul(x))), Math.fround(1 - both));
    assert.equal(await at7((x, y) => x.mul(x).add(y)), Math.fround(both + 1));
    // The product is a number of its own where something else needs it.
    const square = Math.fround(both), quotient = Math.fround((1 - square) / square);
    assert.equal(await at7((x, y) => y.sub(x.mul(x)).div(x.mul(x))), quotient);
    assert.equal(await at7((x, y) => x.mul(x).sub(y).equal(x.square().add(y.neg()))), 1);
  },
});

Deno.test({
  name: "the divergence of two numbers has all digits in float32, near and far",
  ignore,
  fn: async () => {
    const y = array([3000], "float32").data.map((v) => Math.exp(3 * v));
    const ratios = [1, 1.000001, 0.99, 1.1, 0.71, 0.70, 1.41, 1.42, 2, 0.5, 7, 0.1, 1e-20, 1e20];
    const x = y.map((v, i) => v * ratios[i % ratios.length]);
    const given = [x, y].map((data) => ({ data: Float32Array.from(data), shape: [3000] }));
    const [js, wasm] = await Promise.all(
      (["js", "wasm"] as const).map((engine) =>
        compile((x: Tensor, y: Tensor) => special.itakuraSaito(x, y), { engine }).arrays(...given) as Promise<
          HostArray
        >
      ),
    );
    js.data.forEach((e, i) => {
      const off = Math.abs(wasm.data[i] - e);
      assert.ok(off <= 1e-6 * e, `of ${x[i]} and ${y[i]}: ${wasm.data[i]}, js ${e}`);
    });
  },
});

Deno.test({
  name: "outputs that stay are read by another program as they are after each run",
  ignore,
  fn: async () => {
    const make = await compile((x: Tensor) => x.mul(3).exp(), { engine: "wasm" }).program(tf.zeros([300]));
    const use = await compile((x: Tensor) => x.add(1).log(), { engine: "wasm" }).program(tf.zeros([300]));
    const out = { data: new Float32Array(300), shape: [300] };
    for (const seed of [1, 2]) {
      const x = array([300], "float32", seed);
      await make.run([x], [], { outputs: [out], stay: true });
      for (let again = 0; again < 2; again++) {
        const [found] = await use.run([out]);
        x.data.forEach((v, i) => assert.ok(Math.abs(found.data[i] - Math.log(Math.exp(3 * v) + 1)) <= 1e-5));
      }
    }
    make.fetch([out]);
    out.data.fill(0);
    const [found] = await use.run([out]);
    assert.ok(found.data.every((y) => y === 0));
    await make.release(), await use.release();
  },
});

Deno.test("loops of few elements stay JavaScript, whose programs can be sent to a Worker", async () => {
  const before = { ...vectorLimits };
  Object.assign(vectorLimits, { least: 256, product: 128 });
  try {
    const program = await compile((x: Tensor) => x.square(), { engine: "wasm" }).program(tf.zeros([5]));
    assert.equal(program.provider, "V8");
    assert.ok(program.portable);
  } finally {
    Object.assign(vectorLimits, before);
  }
});
