import assert from "node:assert/strict";
import { compile, grad, jvp, scan } from "../../lib/compile/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf, toTensor } from "../../lib/tensor/mod.ts";
import { numbers } from "./differentiate.ts";
import { engines, isAbsent, present } from "./engines.ts";

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void => {
  assert.equal(actual.length, expected.length);
  Array.from(actual).forEach((a, i) => {
    assert.ok(
      Math.abs(a - expected[i]) <= tolerance * (1 + Math.abs(expected[i])),
      `${i}: ${a}, expected ${expected[i]}`,
    );
  });
};

/** h = h / 2 + x; y = h * x. */
const leak = (h: Tensor, x: Tensor): [Tensor, Tensor] => {
  const next = h.mul(0.5).add(x);
  return [next, next.mul(x)];
};

Deno.test("scan() is the loop written out, in both directions", () => {
  const xs = [1, -2, 3, 5];
  for (const reverse of [false, true]) {
    let h = 4;
    const ys: number[] = [];
    for (const t of reverse ? [3, 2, 1, 0] : [0, 1, 2, 3]) {
      h = h / 2 + xs[t];
      ys[t] = h * xs[t];
    }
    const [last, collected] = scan(leak, tf.scalar(4), tf.tensor(xs), { reverse });
    assert.deepEqual([last.dataSync()[0], [...collected.dataSync()]], [h, ys]);
  }
});

Deno.test("scan() keeps the structure of carries and of what it collects", () => {
  const [carry, ys] = scan(
    (
      { count, pair: [a, b] },
      { x },
    ) => [{ count: count.add(tf.scalar(1, "int32")) as Tensor, pair: [b, a.add(x)] }, {
      seen: [a],
      nothing: null,
    }],
    { count: tf.scalar(0, "int32") as Tensor, pair: [tf.zeros([2]), tf.ones([2])] as Tensor[] },
    { x: tf.tensor([[1, 2], [3, 4], [5, 6]]) as Tensor },
  );
  assert.deepEqual([carry.count.dtype, carry.count.dataSync()[0]], ["int32", 3]);
  assert.deepEqual(carry.pair.map((t) => [...t.dataSync()]), [[4, 5], [6, 8]]);
  assert.deepEqual(ys.seen[0].arraySync(), [[0, 0], [1, 1], [1, 2]]);
  assert.equal(ys.nothing, null);
});

Deno.test("scan(), stack and concat give arrays without elements that can be taken apart", () => {
  for (const dtype of ["float32", "int32", "bool"] as const) {
    const rows = tf.zeros([2, 0], dtype) as Tensor;
    const step = (carry: Tensor, x: Tensor): [Tensor, Tensor] => [carry, x];
    const [, collected] = scan(step, tf.scalar(0) as Tensor, rows);
    const made = { scan: collected, stack: tf.stack([rows, rows]), concat: tf.concat([rows, rows], 0) };
    for (const [name, x] of Object.entries(made)) {
      assert.ok(tf.unstack(x).every(({ size }) => size === 0), name);
      assert.equal(x.slice(0, 1).dtype, dtype);
      assert.ok(ArrayBuffer.isView(x.dataSync()));
    }
    assert.deepEqual(scan(step, tf.scalar(0) as Tensor, collected)[1].shape, [2, 0]);
  }
});

Deno.test("scan() runs as often as length says where nothing is scanned", async () => {
  const fn = (x: Tensor) => scan((c: Tensor) => [c.mul(2), c], x, null, { length: 5 });
  for (const run of [fn, ...present.map((engine) => compile(fn, { engine }))]) {
    const [last, ys] = await run(tf.scalar(3));
    assert.deepEqual([last.dataSync()[0], [...ys.dataSync()]], [96, [3, 6, 12, 24, 48]]);
  }
});

for (const engine of engines) {
  for (const fission of [true, false]) {
    const name = `${engine}${fission ? "" : " without fission"}`;
    Deno.test(`${name}: one program of a scan serves every length from 1 to 200, as the eager loop`, {
      ignore: isAbsent(engine),
    }, async () => {
      let traces = 0;
      const fn = (w: Tensor, x: Tensor) => {
        traces++;
        const step = (h: Tensor, v: Tensor): [Tensor, Tensor] => {
          const next = tf.tanh(h.matMul(w).add(v.matMul(w)));
          return [next, next.sum(0)];
        };
        return [scan(step, x.sum(0).mul(0), x), scan(step, x.sum(0).mul(0), x, { reverse: true })];
      };
      const compiled = compile(fn, { engine, fission, axes: [undefined, ["T", "B", null]] });
      const w = numbers([3, 3], -0.6, 0.6);
      for (const [length, batch] of [[1, 1], [2, 3], [7, 2], [64, 1], [200, 3]]) {
        const x = numbers([length, batch, 3], -1, 1, length);
        const actual = await compiled.arrays(w, x) as HostArray[][];
        const before = traces, expected = fn(toTensor(w), toTensor(x)) as Tensor[][];
        traces = before;
        actual.flat().forEach((a, i) => {
          assert.deepEqual([...a.shape], expected.flat()[i].shape);
          close(a.data, expected.flat()[i].dataSync());
        });
      }
      assert.equal(traces, 1);
      await compiled.release();
    });

    Deno.test(`${name}: the first and second derivative of a power by repeated multiplication`, {
      ignore: isAbsent(engine),
    }, async () => {
      // After T steps h = w^T: its derivatives are T w^(T-1) and T (T-1) w^(T-2).
      const power = (w: Tensor, x: Tensor) =>
        scan((h: Tensor, v: Tensor) => [h.mul(w).mul(v), null], tf.scalar(1), x)[0];
      const all = (w: Tensor, x: Tensor) => [power(w, x), grad(power)(w, x), grad(grad(power))(w, x)];
      const compiled = compile(all, { engine, fission, dtype: "float64", axes: [undefined, ["T"]] });
      const w = 0.97;
      for (const T of [1, 2, 5, 200]) {
        const ones = { data: new Float64Array(T).fill(1), shape: [T] };
        const results = await compiled.arrays({ data: Float64Array.of(w), shape: [] }, ones) as HostArray[];
        const expected = [w ** T, T * w ** (T - 1), T * (T - 1) * w ** (T - 2)];
        close(results.map((r) => r.data[0]), expected, 1e-12);
      }
      await compiled.release();
    });
  }

  Deno.test(`${engine}: a derivative within the step of a scan, with a loop within it`, {
    ignore: isAbsent(engine),
  }, async () => {
    // Gradient descent on |prod_t (w x_t) - 1|^2 over two steps, the product taken by an inner
    // scan.
    const descend = (w: Tensor, x: Tensor, rates: Tensor) => {
      const loss = (v: Tensor) =>
        tf.square(scan((p: Tensor, e: Tensor) => [p.mul(v).mul(e), null], tf.scalar(1), x)[0].sub(1));
      return scan((v: Tensor, rate: Tensor) => [v.sub(grad(loss)(v).mul(rate)), loss(v)], w, rates);
    };
    const x = [0.5, 2, 1.5], rates = [0.1, 0.05], product = x.reduce((a, b) => a * b);
    let w = 0.8;
    const losses: number[] = [];
    for (const rate of rates) {
      losses.push((product * w ** 3 - 1) ** 2);
      w -= rate * 2 * (product * w ** 3 - 1) * 3 * product * w ** 2;
    }
    const compiled = compile(descend, { engine, dtype: "float64", axes: [undefined, ["N"], ["K"]] });
    const array = (data: number[]): HostArray => ({ data: Float64Array.from(data), shape: [data.length] });
    const [last, ys] = await compiled.arrays(
      { data: Float64Array.of(0.8), shape: [] },
      array(x),
      array(rates),
    );
    close([last.data[0], ...ys.data], [w, ...losses], 1e-12);
    await compiled.release();
  });

  Deno.test(`${engine}: what an inner loop captures from the step around it gets its derivative`, {
    ignore: isAbsent(engine),
  }, async () => {
    // The inner loop adds v_t twice, by capture: the sum is 2 * sum(v * u).
    const total = (v: Tensor, u: Tensor) =>
      scan(
        (s: Tensor, e: Tensor) => {
          const [inner] = scan((q: Tensor, f: Tensor) => [q.add(e.mul(f)), null], s, u);
          return [inner, null];
        },
        tf.scalar(0),
        v,
      )[0];
    const compiled = compile(grad(total, { argnums: [0, 1] }), { engine, dtype: "float64" });
    const [dv, du] = await compiled.arrays(numbers([3], -1, 1), { data: Float64Array.of(1, 1), shape: [2] });
    close(dv.data, [2, 2, 2], 1e-12);
    const sum = Array.from(numbers([3], -1, 1).data).reduce((a, b) => a + b);
    close(du.data, [sum, sum], 1e-12);
    await compiled.release();
  });
}

Deno.test("grad() and jvp() of a scan work eagerly", () => {
  const fn = (w: Tensor) =>
    scan((h: Tensor, x: Tensor) => [h.mul(w).add(x), null], tf.scalar(1), tf.tensor([1, 2]))[0];
  // h = (w + 1) w + 2
  close(grad(fn)(tf.scalar(3)).dataSync(), [7]);
  close(jvp(fn, [tf.scalar(3)], [tf.scalar(2)]).tangent.dataSync(), [14]);
});

Deno.test("scan() gives step t the key folded with t, compiled as eagerly, also from right to left", async () => {
  const fn = (key: Key, x: Tensor) =>
    scan(
      (z: Tensor, v: Tensor, k) => {
        const next = z.mul(0.5).add(v).add(random.normal(k!, [2]));
        return [next, next];
      },
      tf.zeros([2]) as Tensor,
      x,
      { key, reverse: true },
    )[1];
  const key = random.key(7), x = tf.tensor([1, 2, 3]);
  const expected = fn(key, x).dataSync();
  for (const engine of present) {
    close((await compile(fn, { engine, axes: [undefined, ["T"]] })(key, x)).dataSync(), expected);
  }
});

const two = tf.zeros([2]), three = tf.zeros([3]);
const same = (c: any): [any, null] => [c, null];
const mistakes: [what: string, run: () => unknown, message: string][] = [
  [
    "nothing gives a length",
    () => scan(same, two, null),
    "Cannot scan: nothing is scanned and no length is given; pass { length }",
  ],
  [
    "a scalar is scanned",
    () => scan(same, two, { a: tf.scalar(1) }),
    "Cannot scan over a scalar: xs.a has no leading axis",
  ],
  [
    "leading axes differ",
    () => scan(same, two, { a: two, b: three }),
    "Cannot scan: xs.b has 3 steps, xs.a has 2",
  ],
  [
    "length contradicts what is scanned",
    () => scan(same, two, three, { length: 2 }),
    "Cannot scan: xs have 3 steps, but length is 2",
  ],
  [
    "the carry changes its structure",
    () => scan((c) => [{ b: c.a } as never, null], { a: two }, three),
    "Cannot scan: the carry at a is a tensor of shape [2], but the step returns nothing",
  ],
  [
    "the carry changes its shape",
    () => scan((c: Tensor) => [tf.concat([c, c]), null], two, three),
    "Cannot scan: the carry is float32[2], but the step returns float32[4]",
  ],
  [
    "a carry in a tree changes its shape",
    () => scan((c) => [{ a: tf.sum(c.a) as Tensor }, null], { a: two as Tensor }, three),
    "Cannot scan: carry.a is float32[2], but the step returns float32[]",
  ],
  [
    "the carry changes its type",
    () => scan((c: Tensor) => [c.greater(0), null], two, three),
    "Cannot scan: the carry is float32[2], but the step returns bool[2]",
  ],
];
for (const [what, run, message] of mistakes) {
  Deno.test(`scan() throws where ${what}, eagerly and traced`, async () => {
    assert.throws(run, (e: Error) => (assert.equal(e.message, message), true));
    const traced = compile((x: Tensor) => (run(), x), { engine: "js" });
    const plain = message.replaceAll("float32[", "float[");
    await assert.rejects(() => traced(tf.scalar(1)), (e: Error) => {
      const place = / \(at scan\.test\.ts:\d+:\d+\)$/;
      assert.match(e.message, place);
      assert.equal(e.message.replace(place, "").replaceAll("float32[", "float["), plain);
      return true;
    });
  });
}
