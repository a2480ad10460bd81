import assert from "node:assert/strict";
import { scan } from "../../../lib/compile/mod.ts";
import { chooseEngine, predictedTime } from "../../../lib/compile/engine/choose.ts";
import { estimate } from "../../../lib/compile/engine/estimate.ts";
import { vectorMachine } from "../../../lib/compile/engine/wasm/machine.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import { type Axes, trace } from "../../../lib/compile/trace/trace.ts";
import { linalg, type Tensor, tf } from "../../../lib/tensor/mod.ts";

function graphOf(fn: (...x: Tensor[]) => unknown, args: Tensor[], axes?: Axes) {
  const { graph } = trace(fn as (...x: never[]) => unknown, args, axes);
  optimise(graph, { fission: false });
  return graph;
}

const none = { nodes: 0, elements: 0, functions: 0, flops: 0, largeFlops: 0, handed: 0, factors: 0 };

Deno.test("estimate() counts nodes, elements, functions, flops and the elements of factors", () => {
  const graph = graphOf((x, w) => [tf.exp(tf.matMul(x, w)).add(1), x.sum()], [
    tf.zeros([3, 4]),
    tf.zeros([4, 5]),
  ]);
  const flops = 2 * 3 * 4 * 5, factors = 3 * 4 + 4 * 5;
  assert.deepEqual(estimate(graph), { ...none, nodes: 4, elements: 15 + 12, functions: 15, flops, factors });
});

Deno.test("estimate() counts what a loop does at each step, and takes 100 for a named axis", () => {
  const loop = (a: Tensor, xs: Tensor) =>
    scan((p: Tensor, x: Tensor): [Tensor, null] => [tf.sin(p).mul(x), null], a, xs)[0];
  const fixed = graphOf(loop as never, [tf.zeros([3]), tf.zeros([7])]),
    open = graphOf(loop as never, [tf.zeros([3]), tf.zeros([7])], [null, ["T"]]);
  assert.deepEqual(estimate(fixed), { ...none, nodes: 14, elements: 21, functions: 21 });
  assert.deepEqual(estimate(open), { ...none, nodes: 200, elements: 300, functions: 300 });
});

Deno.test("estimate() counts the members of a batch of products by themselves, large ones apart", () => {
  const products = (m: number, k: number, n: number) =>
    estimate(graphOf((x, w) => tf.matMul(x, w), [tf.zeros([3, m, k]), tf.zeros([3, k, n])]));
  const flops = (m: number, k: number, n: number) => 2 * 3 * m * k * n;
  assert.deepEqual(products(20, 100, 100), {
    ...none,
    ...{ nodes: 1, flops: flops(20, 100, 100), factors: 3 * (20 * 100 + 100 * 100) },
  });
  assert.deepEqual(products(100, 100, 100), {
    ...none,
    ...{ nodes: 1, largeFlops: flops(100, 100, 100), handed: 3, factors: 6 * 100 * 100 },
  });
  // A product with a few vectors is read from memory, by whatever it is computed.
  assert.equal(products(1000, 1000, 4).handed, 0);
});

Deno.test("predictedTime() of nothing is the cost of a run", () => {
  assert.equal(predictedTime(none, "js"), 500);
});

const choices: [
  what: string,
  expected: "js" | "wasm" | "onnx",
  fn: (...x: Tensor[]) => unknown,
  args: Tensor[],
][] = [
  [
    "a loop of scalars",
    "js",
    (a, xs) => scan((p: Tensor, x: Tensor): [Tensor, Tensor] => [tf.tanh(p.mul(x).add(1)), p], a, xs),
    [tf.scalar(0), tf.zeros([1000])],
  ],
  [
    "a loop over products of 4 rows",
    "js",
    (a, xs) => scan((p: Tensor, _x: Tensor): [Tensor, null] => [tf.tanh(p.matMul(p)), null], a, xs)[0],
    [tf.zeros([4, 4]), tf.zeros([50])],
  ],
  [
    "a loop over products of 64 rows",
    "onnx",
    (a, xs) => scan((p: Tensor, _x: Tensor): [Tensor, null] => [tf.tanh(p.matMul(p)), null], a, xs)[0],
    [tf.zeros([64, 64]), tf.zeros([50])],
  ],
  [
    "a loop over arrays of 2,000 elements",
    "wasm",
    (a, xs) => scan((p: Tensor, _x: Tensor): [Tensor, null] => [tf.tanh(p.mul(0.9)), null], a, xs)[0],
    [tf.zeros([20, 100]), tf.zeros([50])],
  ],
  ["a network of 784 inputs", "wasm", (x, w) => tf.softplus(x.matMul(w)).sum(), [
    tf.zeros([256, 784]),
    tf.zeros([784, 400]),
  ]],
  ["a hundred elements", "js", (x) => tf.exp(x).sum(), [tf.zeros([100])]],
  ["a hundred thousand exponentials", "wasm", (x) => tf.exp(x).sum(), [tf.zeros([100_000])]],
];

for (const [what, expected, fn, args] of choices) {
  Deno.test({
    name: `chooseEngine() takes ${expected} for ${what}`,
    ignore: !vectorMachine().hasVectors,
    fn: () => assert.equal(chooseEngine(graphOf(fn, args)), expected),
  });
}

Deno.test("chooseEngine() takes js in float64 for products of a steady matrix with vectors, which it copies once", () => {
  const graph = () =>
    graphOf((x, w) => tf.softplus(x.matMul(w)).sum(), [tf.zeros([20_000, 50]), tf.zeros([50, 1])]);
  assert.equal(chooseEngine(graph(), "float64", true), "js");
  const large = graphOf((x) => x.matMul(x).sum(), [tf.zeros([256, 256])]);
  assert.equal(chooseEngine(large, "float64", true), "onnx");
});

Deno.test("estimate() counts a factorisation by its flops, and by the nodes that others run it as", () => {
  const graph = graphOf((a) => linalg.cholesky(a), [tf.zeros([2, 12, 12])]),
    { nodes, flops } = estimate(graph);
  assert.deepEqual({ nodes, flops }, { nodes: 1 + 2 * 40 * 12, flops: 2 * 12 ** 3 / 3 });
});
