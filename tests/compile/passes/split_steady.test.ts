import assert from "node:assert/strict";
import { compile, scan, trace } from "../../../lib/compile/mod.ts";
import { optimise, splitSteady } from "../../../lib/compile/passes/mod.ts";
import { special, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const array = (shape: number[], shift = 0) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + shift)),
  shape,
});

/** Functions of a vector that changes and of data that stay the same. */
const functions: Record<string, (x: Tensor, data: { a: Tensor; b: Tensor }) => unknown> = {
  "elements": (x, { a, b }) => a.mul(2).exp().add(x).mul(b.slice([0, 0], [1, 3]).reshape([3]).square()),
  "a product with views": (x, { b }) => b.transpose().square().matMul(b.matMul(x.reshape([3, 1])).exp()),
  "sums of data": (x, { a, b }) => x.mul(a.sum()).add(special.lgamma(b.square().add(1)).sum()),
  "a loop over what is made of data": (x, { b }) =>
    scan(
      (h: Tensor, v: Tensor): [Tensor, Tensor] => [h.mul(0.5).add(v), h.mul(v)],
      x,
      b.square().add(b.abs().log()),
    ),
  "a loop of data alone": (x, { a, b }) =>
    x.mul(scan((h: Tensor, v: Tensor): [Tensor, null] => [h.mul(0.5).add(v), null], a, b)[0]),
  "outputs that do not change": (x, { a }) => [a.exp(), x, a, a.mul(0).add(1)],
  "nothing of data": (x) => x.exp(),
};

for (const engine of ["js", "onnx"] as const) {
  for (const [name, fn] of Object.entries(functions)) {
    Deno.test(`two parts of ${name} give in ${engine} what one program does`, async () => {
      const compiled = compile(fn as (...args: unknown[]) => unknown, {
        engine,
        dtype: "float64",
        threads: 1,
      });
      const data = { a: array([3], 1), b: array([4, 3], 2) }, inputs = [data.a, data.b];
      const { once, rest } = await compiled.parts(array([3]), data);
      const kept = once ? await once.run(inputs) : [];
      for (const x of [array([3]), array([3], 5)]) {
        const whole = await (await compiled.program(x, data)).run([x, ...inputs]);
        assert.deepEqual(await rest.run([x, ...inputs, ...kept]), whole);
      }
      await compiled.release();
    });
  }
}

Deno.test("what depends on data alone is left out of the rest, views stay in it", () => {
  const fn = (x: Tensor, y: Tensor) =>
    x.matMul(y.exp().add(1).reshape([2, 3])).add(tf.log(y.abs()).sum()).mul(y.slice([1], [3]));
  const { graph, inputs } = trace(fn as never, [array([3, 2]), array([6])]);
  optimise(graph);
  const { once, kept } = splitSteady(graph, new Set([inputs[1].value]));
  assert.deepEqual(kept.map(({ shape }) => shape), [[6], []]);
  assert.deepEqual(graph.nodes.map(({ op }) => op.name).sort(), ["Add", "MatMul", "Mul", "Reshape", "Slice"]);
  assert.ok(["Exp", "Log", "Abs"].every((name) => once.nodes.some(({ op }) => op.name === name)));
});
