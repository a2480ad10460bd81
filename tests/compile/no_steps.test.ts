import assert from "node:assert/strict";
import { compile, exportOnnx, grad, scan } from "../../lib/compile/mod.ts";
import { loadModel } from "../../lib/serve/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent, present } from "./engines.ts";

const weights = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);

/** A recurrent step with a product of matrices, a loop of its own, and a draw. */
function step(state: Tensor, row: Tensor, key?: Key): [Tensor, { next: Tensor; twice: Tensor }] {
  const inner = (c: Tensor, _: null): [Tensor, Tensor] => [c.mul(0.5), c];
  const [half, halves] = scan(inner, state, null, { length: 2 });
  const noise = key ? random.normal(key, [3]).mul(0.1) : 0;
  const next = tf.tanh(half.add(row.expandDims(0).matMul(weights).squeeze([0])).add(noise));
  return [next, { next, twice: halves }];
}
const run = (key: Key, start: Tensor, rows: Tensor, reverse: boolean) => {
  const [last, { next, twice }] = scan(step, start, rows, { key, reverse });
  const loss = (start: Tensor) =>
    scan((s: Tensor, x: Tensor) => step(s, x), start, rows)[0].square().sum() as Tensor;
  return { last, next, twice, gradient: grad(loss)(start) };
};
const start = [0.5, 0.25, -1];

for (const engine of [...engines, "tfjs"] as const) {
  for (const reverse of [false, true]) {
    Deno.test({
      name: `a loop over no steps leaves its first carry and stacks no rows, ${
        reverse ? "backwards, " : ""
      }with ${engine}`,
      ignore: engine !== "tfjs" && isAbsent(engine),
      async fn() {
        const compiled = compile(run, { engine, axes: [null, null, ["T", null], null] });
        for (const length of [3, 0, 2, 1, 0]) {
          const data = Float32Array.from({ length: 2 * length }, (_, i) => Math.sin(i) / 4);
          const rows = tf.tensor2d(data, [length, 2]), key = random.key(3);
          const found = await compiled.arrays(key, tf.tensor1d(start), rows, reverse);
          const expected = run(key, tf.tensor1d(start), rows, reverse);
          if (length === 0) {
            assert.deepEqual([...found.last.data], start);
            assert.deepEqual([...found.gradient.data], start.map((v) => 2 * v));
            assert.deepEqual([found.next.shape, found.twice.shape], [[0, 3], [0, 2, 3]]);
          }
          for (const name of ["last", "next", "twice", "gradient"] as const) {
            const { data, shape }: HostArray = found[name], other = expected[name].dataSync();
            assert.deepEqual([...shape], expected[name].shape, `${name} of ${length}`);
            data.forEach((v: number, i: number) =>
              assert.ok(Math.abs(v - other[i]) < 1e-5, `${name} of ${length}`)
            );
          }
        }
        await compiled.release();
      },
    });
  }
}

Deno.test("a loop whose length is 0 while it is traced needs no named axis", async () => {
  for (const engine of present) {
    const compiled = compile(
      (x: Tensor) => scan((s: Tensor, r: Tensor): [Tensor, Tensor] => [s.add(r), s], tf.ones([2]), x),
      {
        engine,
      },
    );
    const [last, stack]: HostArray[] = await compiled.arrays({ data: new Float32Array(0), shape: [0, 2] });
    assert.deepEqual([[...last.data], [...stack.shape]], [[1, 1], [0, 2]]);
    await compiled.release();
  }
});

Deno.test("an exported loop runs over no steps too", async () => {
  const sums = (x: Tensor) =>
    scan((s: Tensor, r: Tensor): [Tensor, Tensor] => [s.add(r), s], tf.ones([2]), x);
  const { bytes } = exportOnnx(sums, [tf.ones([3, 2])], {
    axes: [["T", null]],
    inputs: ["x"],
    outputs: ["last", "sums"],
  });
  const model = await loadModel(bytes);
  const found = await model.run({ x: { data: new Float32Array(0), shape: [0, 2] } });
  assert.deepEqual([[...found.last.data as Float32Array], [...found.sums.shape]], [[1, 1], [0, 2]]);
  await model.release();
});
