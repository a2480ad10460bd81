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
  assert.equal(transposed(args(13, 100)), 0);
});

/** The number of products within the loops that take their matrix transposed at each step. */
function transposed(given: HostArray[]): number {
  const { graph } = trace(network(true) as never, given);
  optimise(graph);
  const within = () => graph.nodes.flatMap((node) => node.body ? allNodes(node.body) : []);
  const count = () => within().filter(({ attrs }) => (attrs as { transposeB?: boolean })?.transposeB).length;
  assert.ok(count() > 0);
  turnProducts(graph);
  assert.equal(
    within().filter(({ op, inputs: [left] }) => op.name === "MatMul" && left.shape[0] === H).length,
    0,
  );
  return count();
}

Deno.test("turnProducts(): a bias is added before the product is turned back, one that others read after it", async () => {
  const fn = (w: Tensor, start: Tensor, xs: Tensor, bias: Tensor): Tensor[] => {
    const step = (h: Tensor, x: Tensor): [Tensor, Tensor] => {
      const product = tf.matMul(h, w), sum = product.add(bias);
      return [tf.tanh(sum.add(x)), tf.tanh(tf.matMul(h, w).mul(2))];
    };
    const [h, others] = scan(step, start, xs),
      plain = (h: Tensor, x: Tensor): [Tensor, null] => [
        tf.tanh(tf.matMul(h, w).add(bias).add(x)),
        null,
      ];
    return [h, others, scan(plain, start, xs)[0]] as Tensor[];
  };
  const given = [...args(13), numbers([H], -1, 1, 4)], { graph } = trace(fn as never, given);
  optimise(graph);
  turnProducts(graph);
  const sums = graph.nodes.flatMap((node) => node.body ? allNodes(node.body) : []).filter(({ op, inputs }) =>
    op.name === "Add" && inputs.some(({ shape }) => shape[0] === H && shape[1] === 1)
  );
  assert.equal(sums.length, 1);
  const [js, onnx] = (["js", "onnx"] as const).map((engine) => compile(fn, { engine }));
  const [w, start, xs, bias] = given, expected: HostArray[] = await js.arrays(w, start, xs, bias);
  const found: HostArray[] = await onnx.arrays(w, start, xs, bias);
  expected.forEach(({ data }, i) => data.forEach((v, k) => assert.ok(Math.abs(found[i].data[k] - v) < 1e-5)));
  await Promise.all([js.release(), onnx.release()]);
});
