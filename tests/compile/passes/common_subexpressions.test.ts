import assert from "node:assert/strict";
import { compile, grad, scan, trace } from "../../../lib/compile/mod.ts";
import { mergeCommonSubexpressions } from "../../../lib/compile/passes/common_subexpressions.ts";
import { inlineCalls } from "../../../lib/compile/passes/inline.ts";
import { primitive, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { numbers } from "../differentiate.ts";
import { allNodes, outline } from "./bodies.ts";

const half = primitive({ name: "half", forward: (x) => tf.exp(x).mul(0.5), vjp: (d) => [d] });
const exps = (graph: Parameters<typeof allNodes>[0]) =>
  allNodes(graph).filter((n) => n.op.name === "Exp").length;

Deno.test("mergeCommonSubexpressions() merges what opened primitives have in common", () => {
  const { graph } = trace((x: Tensor) => tf.add(half(x), tf.exp(x)), [numbers([3])]);
  inlineCalls(graph);
  assert.equal(exps(graph), 2);
  mergeCommonSubexpressions(graph);
  assert.equal(outline(graph), "Exp Mul Add");
});

Deno.test("mergeCommonSubexpressions() merges within a loop, and what differs in attributes not at all", () => {
  const step = (c: Tensor, v: Tensor): [Tensor, null] => [half(c.mul(v)).add(tf.exp(c.mul(v))), null];
  const { graph } = trace((x: Tensor) => scan(step, tf.sum(x), x)[0].add(tf.sum(x, 0)), [numbers([3])]);
  inlineCalls(graph);
  mergeCommonSubexpressions(graph);
  assert.equal(outline(graph), "ReduceSum Scan(Mul Exp Mul Add) Add");
  const axes = trace((x: Tensor) => [tf.sum(x, 0), tf.sum(x, 1)], [numbers([3, 3])]).graph;
  mergeCommonSubexpressions(axes);
  assert.equal(axes.nodes.length, 2);
});

Deno.test("sums and products are the same in either order, differences and quotients are not", () => {
  const both = (x: Tensor, y: Tensor) =>
    [[x, y], [y, x]].flatMap(([a, b]) => [a.add(b), a.mul(b), a.sub(b), a.div(b)]);
  const { graph } = trace(both, [numbers([3]), numbers([3])]);
  assert.equal(outline(graph), "Add Mul Sub Div Sub Div");
});

Deno.test("mergeCommonSubexpressions() drops the names that differentiation gave values, and keeps the results", async () => {
  const loss = (x: Tensor) => tf.sum(tf.exp(x)), fn = (x: Tensor) => [loss(x), grad(loss)(x)];
  const { graph } = trace(fn, [numbers([3])]);
  assert.ok(outline(graph).includes("Identity"));
  mergeCommonSubexpressions(graph);
  assert.equal(exps(graph), 1);
  assert.ok(!outline(graph).includes("Identity"));
  const compiled = compile(fn), [value, derivative] = await compiled(tf.tensor([0, 1]));
  const rounded = (t: Tensor) => Array.from(t.dataSync(), (v) => Number(v.toFixed(4)));
  assert.deepEqual([rounded(value), rounded(derivative)], [[3.7183], [1, 2.7183]]);
  await compiled.release();
});

Deno.test("the derivative of a loop does not compute again what it takes from the loop anyway", () => {
  const step = (c: Tensor, v: Tensor): [Tensor, Tensor] => [c.mul(tf.sigmoid(c)).add(v), tf.softplus(c)];
  const loss = (x: Tensor) => tf.sum(scan(step, tf.sum(x), x)[1]);
  const { graph } = trace((x: Tensor) => grad(loss)(x), [numbers([3])]);
  inlineCalls(graph);
  mergeCommonSubexpressions(graph);
  // The slope of the softplus is the gate of the forward loop.
  assert.equal(allNodes(graph).filter(({ op }) => op.name === "Sigmoid").length, 1);
});
