import assert from "node:assert/strict";
import { compile, scan, trace } from "../../../lib/compile/mod.ts";
import { carryAddends } from "../../../lib/compile/passes/carry_addends.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import { type HostArray, sizeOf, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { allNodes } from "./bodies.ts";

const array = (shape: number[], seed: number): HostArray => ({
  data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + i * seed)),
  shape,
});

type Case = [what: string, fn: (...x: Tensor[]) => Tensor, args: HostArray[], gemms: number];
const [x, w, u] = [array([4, 3], 0.7), array([3, 5], 1.3), array([3, 5], 2.1)];
const cases: Case[] = [
  ["a bias", (x, w, b) => x.matMul(w).add(b), [x, w, array([5], 3)], 1],
  ["a bias of one number a row is left alone", (x, w, b) => x.matMul(w).add(b), [x, w, array([4, 1], 3)], 0],
  ["another product", (x, w, u) => x.matMul(w).add(x.square().matMul(u)), [x, w, u], 1],
  ["a transposed weight", (x, w, b) => tf.matMul(x, w, false, true).add(b), [
    x,
    array([5, 3], 2),
    array([5], 3),
  ], 1],
  [
    "a bias behind a reshape",
    (x, w, b) => x.matMul(w).reshape([2, 2, 5]).add(b),
    [x, w, array([5], 3)],
    1,
  ],
  [
    "a product that is used elsewhere is left alone",
    (x, w, b) => {
      const product = x.matMul(w);
      return product.add(b).mul(product);
    },
    [x, w, array([5], 3)],
    0,
  ],
  [
    "a product within a loop",
    (xs, w, h) =>
      scan((h: Tensor, x: Tensor): [Tensor, Tensor] => [tf.tanh(x.add(h.matMul(w))), h], h, xs)[0],
    [array([6, 2, 3], 0.3), array([3, 3], 0.9), array([2, 3], 1.9)],
    1,
  ],
];

for (const [what, fn, args, gemms] of cases) {
  Deno.test(`carryAddends(): ${what}`, async () => {
    const { graph } = trace(fn as never, args);
    optimise(graph);
    carryAddends(graph);
    assert.equal(allNodes(graph).filter((node) => node.op.name === "Gemm").length, gemms);
    const [plain, carried] = ["js", "onnx"].map((engine) =>
      compile(fn, { engine: engine as "js" | "onnx", dtype: "float64" })
    );
    const expected: HostArray = await plain.arrays(...args), found: HostArray = await carried.arrays(...args);
    assert.deepEqual(found.shape, expected.shape);
    expected.data.forEach((v, i) => assert.ok(Math.abs(found.data[i] - v) < 1e-13));
  });
}
