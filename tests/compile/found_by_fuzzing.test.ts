import assert from "node:assert/strict";
import { compile, type EngineName, grad, scan } from "../../lib/compile/mod.ts";
import { type HostArray, special, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "./engines.ts";

// Differences between engines that random programs have shown, each with its neighbours.

const at = (data: number[], shape = [data.length]): HostArray => ({ data: Float32Array.from(data), shape });

/** Returns the first result in an engine. */
async function run(
  engine: EngineName,
  dtype: "float32" | "float64",
  fn: (...x: Tensor[]) => Tensor,
  ...args: HostArray[]
): Promise<HostArray> {
  const compiled = compile(fn, { engine, dtype });
  try {
    return await compiled.arrays(...args);
  } finally {
    await compiled.release();
  }
}

for (const engine of present) {
  Deno.test(`the derivative of a largest element finds it among elements that are computed once more (${engine})`, async () => {
    // Its numbers are stored with float32's digits; computed once more they could have others.
    const x = at([0, 1, 0.3, 0.7]);
    const chains: Record<string, (x: Tensor) => Tensor> = {
      exp: (x) => tf.max(tf.exp(x)),
      "a quotient": (x) => tf.max(tf.div(x, 3)),
      "logSumExp of exp": (x) => tf.logSumExp(tf.exp(x)),
      "a smallest one": (x) => tf.min(tf.neg(tf.exp(x))),
      "a maximum of two": (x) => tf.sum(tf.maximum(tf.exp(x), tf.max(tf.exp(x)))),
    };
    for (const [name, fn] of Object.entries(chains)) {
      const { data } = await run(engine, "float32", grad(fn), x);
      const truth = await run(engine, "float64", grad(fn), x);
      data.forEach((value, i) => {
        assert.ok(
          Math.abs(value - truth.data[i]) < 1e-5,
          `${name}: ${[...data]}, expected ${[...truth.data]}`,
        );
      });
    }
  });

  Deno.test(`a value computed twice equals itself in float32 (${engine})`, async () => {
    const a = at([0.1, 1.1, 3.3, 7.7]), b = at([0.3, 1.7, 0.7, 0.9]);
    const product = at(
      [0.1, 1.1, 3.3, 7.7].map((x, i) => Math.fround(x) * Math.fround([0.3, 1.7, 0.7, 0.9][i])),
    );
    const same = (a: Tensor, b: Tensor, x: Tensor) => tf.equal(tf.mul(a, b), x);
    assert.deepEqual([...(await run(engine, "float32", same, a, b, product)).data], [1, 1, 1, 1]);
  });

  Deno.test(`arrays without elements take other shapes (${engine})`, async () => {
    const empty = at([], [2, 0]);
    for (const shape of [[0], [0, 3], [1, 0, 2], [2, 2, 0]]) {
      const found = await run(engine, "float32", (x) => tf.reshape(x, shape), empty);
      assert.deepEqual([found.shape, found.data.length], [shape, 0]);
    }
    const slope = await run(engine, "float32", grad((x: Tensor) => tf.sum(tf.minimum(x, 1))), empty);
    assert.deepEqual(slope.shape, [2, 0]);
  });

  Deno.test(`reductions of nothing are their neutral elements, eagerly too (${engine})`, async () => {
    const cases: [(x: Tensor) => Tensor, number][] = [
      [(x) => tf.max(x, 1), -Infinity],
      [(x) => tf.min(x, 1), Infinity],
      [(x) => special.logsumexp(x, 1), -Infinity],
      [(x) => tf.max(tf.cast(x, "int32"), 1), -2147483648],
      [(x) => tf.min(tf.cast(x, "int32"), 1), 2147483647],
      [(x) => tf.cast(tf.all(tf.greater(x, 0), 1), "float32"), 1],
      [(x) => tf.cast(tf.any(tf.greater(x, 0), 1), "float32"), 0],
      [(x) => tf.sum(x, 1), 0],
      [(x) => tf.prod(x, 1), 1],
    ];
    for (const [reduce, neutral] of cases) {
      assert.deepEqual([...reduce(tf.zeros([2, 0])).dataSync()], [neutral, neutral], String(reduce));
      const { data } = await run(engine, "float32", reduce, at([], [2, 0]));
      assert.deepEqual([...data], [neutral, neutral], String(reduce));
    }
  });

  Deno.test(`an axis of length 1 broadcasts to one without elements, eagerly too (${engine})`, async () => {
    const shapes = [[[1, 1], [1, 0]], [[1], [2, 0]], [[2, 1, 1], [2, 0, 3]], [[], [0]]];
    for (const [from, to] of shapes) {
      const x = tf.ones(from), given = at([...x.dataSync()], from);
      const uses: Record<string, (x: Tensor) => Tensor> = {
        broadcastTo: (x) => tf.broadcastTo(x, to),
        where: (x) => tf.where(tf.greater(tf.zeros(to), 1), x, tf.zeros(to)),
        "where, the condition": (x) => tf.where(tf.greater(x, 0), tf.zeros(to), tf.zeros(to)),
        add: (x) => tf.add(x, tf.zeros(to)),
      };
      for (const [name, use] of Object.entries(uses)) {
        assert.deepEqual(use(x).shape, to, `${name} of [${from}]`);
        assert.deepEqual((await run(engine, "float32", use, given)).shape, to, `${name} of [${from}]`);
      }
      assert.deepEqual(x.broadcastTo(to).shape, to);
    }
    assert.throws(() => tf.broadcastTo(tf.zeros([2]), [0]), /cannot be broadcast/);
  });

  Deno.test(`the inverse cosine has all its digits near 1 in float64 (${engine})`, async () => {
    const x = [1, 1 - 2 ** -40, 1 - 2 ** -20, 0.5, 0, -0.5, -1];
    const { data } = await run(engine, "float64", (x) => tf.acos(x), {
      data: Float64Array.from(x),
      shape: [7],
    });
    x.forEach((v, i) => {
      assert.ok(Math.abs(data[i] - Math.acos(v)) <= 1e-15 * Math.acos(v), `acos(${v}) is ${data[i]}`);
    });
  });

  Deno.test(`a value and what it was stored as are the same number (${engine})`, async () => {
    // The first carry is a local variable, the steps are read from an array.
    const difference = (x: Tensor) => {
      const y = tf.atan(x);
      return scan((carry: Tensor, step: Tensor): [Tensor, Tensor] => [tf.sub(step, carry), carry], y, y)[0];
    };
    assert.deepEqual([...(await run(engine, "float32", difference, at([0.5]))).data], [0]);
    const spread = (x: Tensor) => tf.sub(tf.exp(x), tf.gather(tf.exp(x), tf.tensor1d([0, 1, 2], "int32")));
    assert.deepEqual([...(await run(engine, "float32", spread, at([0.1, 0.7, 1.3]))).data], [0, 0, 0]);
  });

  Deno.test(`the inverse hyperbolic cosine is right next to 1 and far out (${engine})`, async () => {
    const x = [1, 1 + 2 ** -23, 1 + 2 ** -10, 2, 1e6, 1e20, 3.4e38].map(Math.fround),
      most = { float32: 2e-6, float64: 1e-14 };
    for (const precision of ["float32", "float64"] as const) {
      const { data } = await run(engine, precision, (x) => tf.acosh(x), at(x));
      x.forEach((v, i) => {
        const truth = v > 1e10 ? Math.log(v) + Math.LN2 : Math.acosh(v);
        assert.ok(
          Math.abs(data[i] - truth) <= most[precision] * truth,
          `acosh(${v}) is ${data[i]}, expected ${truth}`,
        );
      });
    }
  });

  Deno.test(`sums of whole numbers wrap around as products do (${engine})`, async () => {
    const x = { data: Int32Array.of(2e9, 16777217, 2e9, 2), shape: [2, 2] };
    assert.deepEqual([...(await run(engine, "float32", (x) => tf.sum(x, 0), x)).data], [
      -294967296,
      16777219,
    ]);
    assert.deepEqual([...(await run(engine, "float64", (x) => tf.sum(x), x)).data], [-278190077]);
    assert.deepEqual([...(await run(engine, "float32", (x) => tf.cumsum(x, 0), x)).data], [
      2e9,
      16777217,
      -294967296,
      16777219,
    ]);
  });

  Deno.test(`numbers far beyond 32 bits become whole numbers of their lowest ones (${engine})`, async () => {
    const x = [1e20, -1e20, 2 ** 62, 2 ** 62 + 2 ** 12, 2 ** 80, 1e300, NaN, Infinity, -Infinity, 3e9, -3e9];
    const { data } = await run(engine, "float64", (x) => tf.cast(x, "int32"), {
      data: Float64Array.from(x),
      shape: [11],
    });
    assert.deepEqual([...data], x.map((v) => v | 0));
  });
}

Deno.test("the engine tfjs broadcasts batches of matrices, which tfjs takes in turn", async () => {
  const a = at([1, 2], [2, 1, 1, 1]), b = at([1, 10, 100, 1000], [2, 2, 1, 1]);
  for (const engine of [...present, "tfjs"] as const) {
    const { data, shape } = await run(engine, "float32", (a, b) => tf.matMul(a, b), a, b);
    assert.deepEqual([[...data], shape], [[1, 10, 200, 2000], [2, 2, 1, 1]], engine);
  }
});

Deno.test("operands that broadcast along axes of their own are read in loops of their own", async () => {
  const chosen: HostArray = { data: Uint8Array.of(1, 0, 0, 1), shape: [2, 1, 1, 2] };
  const a = at([1, 2, 3, 4], [2, 1, 2, 1]), b = at([10, 20, 30, 40], [2, 2, 1, 1]);
  const expected = Array.from({ length: 16 }, (_, n) => {
    const [i, j, k, l] = [n >> 3, n >> 2 & 1, n >> 1 & 1, n & 1];
    return i === l ? 2 * i + k + 1 : 10 * (2 * i + j + 1);
  });
  for (const engine of present) {
    const { data } = await run(engine, "float32", (c, a, b) => tf.where(c, a, b), chosen, a, b);
    assert.deepEqual([...data], expected, engine);
  }
});

Deno.test("divergences of numbers whose quotient is below all floats are finite", async () => {
  // As many as vectors are written for.
  const many = (data: number[]) => at(Array.from({ length: 600 }, (_, i) => data[i % data.length]));
  const x = many([1e-20, 1e-30, 3e-38, 0, 2]), y = many([3.4e38, 1e30, 1e7, 1, 3.4e38]);
  const expected = [...x.data].map((v, i) => {
    const [a, b] = [Math.fround(v), Math.fround(y.data[i])];
    return Math.fround(a / b - 1 - (Math.log(a) - Math.log(b)));
  });
  for (const engine of [...present, "tfjs"] as const) {
    const { data } = await run(engine, "float32", (x, y) => special.itakuraSaito(x, y), x, y);
    expected.forEach((e, i) => {
      assert.ok(
        data[i] === e || Math.abs(data[i] - e) < 3e-7 * e,
        `${engine} ${x.data[i]} ${y.data[i]}: ${data[i]}`,
      );
    });
  }
});
