import assert from "node:assert/strict";
import { compile, scan, trace, valueAndGrad } from "../../../lib/compile/mod.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import { turnProducts } from "../../../lib/compile/passes/turn_products.ts";
import { type HostArray, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { numbers } from "../differentiate.ts";
import { allNodes } from "./bodies.ts";

const H = 200;

/** A network along time, whose gradient has a product with the same matrix, transposed. */
function network(transposed: boolean) {
  const last = (w: Tensor, start: Tensor, xs: Tensor): Tensor => {
    const step = (h: Tensor, x: Tensor): [Tensor, null] => [
      tf.tanh(tf.matMul(h, w, false, transposed).add(x)),
      null,
    ];
    const [h] = scan(step, start, xs);
    return tf.sum(h.square());
  };
  return (w: Tensor, start: Tensor, xs: Tensor): Tensor[] => {
    const { value, grad } = valueAndGrad((w: Tensor) => last(w, start, xs))(w);
    return [value, grad];
  };
}

const args = (rows: number, size = H): HostArray[] => [
  numbers([size, size], -0.1, 0.1, 1),
  numbers([rows, size], -0.5, 0.5, 2),
  numbers([3, rows, size], -0.5, 0.5, 3),
];

const axes = [null, ["rows", null], [null, "rows", null]];

/** The number of products within the loops that have their matrix on the left. */
function turned(fn: ReturnType<typeof network>, given: HostArray[], names?: typeof axes): number {
  const { graph } = trace(fn as never, given, names);
  optimise(graph);
  turnProducts(graph);
  const bodies = graph.nodes.flatMap((node) => node.body ? [node.body] : []);
  return bodies.flatMap(allNodes).filter(({ op, inputs: [left] }) =>
    op.name === "MatMul" && left.shape.every((s) => s === H)
  ).length;
}

for (const transposed of [false, true]) {
  Deno.test(`turnProducts(): a network and its gradient, ${transposed ? "w transposed" : "w plain"}`, async () => {
    const fn = network(transposed);
    assert.equal(turned(fn, args(13)), 2);
    assert.equal(turned(fn, args(13), axes), 2);
    const [js, onnx] = (["js", "onnx"] as const).map((engine) => compile(fn, { engine, axes }));
    for (const rows of [13, 1, 40]) {
      const expected: HostArray[] = await js.arrays(...args(rows)), found = await onnx.arrays(...args(rows));
      expected.forEach(({ data, shape }, i) => {
        assert.deepEqual(found[i].shape, shape);
        const most = Math.max(...data.map(Math.abs));
        data.forEach((v, k) => assert.ok(Math.abs(found[i].data[k] - v) < 1e-5 * most));
      });
    }
    await Promise.all([js.release(), onnx.release()]);
  });
}

Deno.test("turnProducts(): one row, rows that leave vectors empty, many rows and small matrices stay", () => {
  const fn = network(false);
  for (const rows of [1, 18, 80]) assert.equal(turned(fn, args(rows)), 0);
  assert.equal(turned(fn, args(24)), 2);
  const { graph } = trace(fn as never, args(13, 100));
  optimise(graph);
  const before = allNodes(graph).length;
  turnProducts(graph);
  assert.equal(allNodes(graph).length, before);
});
