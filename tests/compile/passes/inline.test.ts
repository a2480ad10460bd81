import assert from "node:assert/strict";
import { compile, grad, scan, trace } from "../../../lib/compile/mod.ts";
import { inlineCalls } from "../../../lib/compile/passes/inline.ts";
import { primitive, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { numbers } from "../differentiate.ts";
import { allNodes, outline } from "./bodies.ts";

/** x^3, with a derivative that is deliberately another: the rule, not the body, is differentiated. */
const cube = primitive({
  name: "cube",
  forward: (x) => x.mul(x).mul(x),
  vjp: (d, _y, x) => [d.mul(x).mul(100)],
});

Deno.test("inlineCalls() puts the operations of primitives in their place, within loops too", () => {
  const fn = (
    x: Tensor,
  ) => [cube(cube(x)), scan((c: Tensor, v: Tensor) => [cube(c.mul(v)), null], x, x.reshape([3, 1]))[0]];
  const { graph } = trace(fn, [numbers([3])]);
  const calls = () => allNodes(graph).filter((n) => n.op.name === "Call").length;
  assert.equal(calls(), 3);
  inlineCalls(graph);
  assert.equal(calls(), 0);
  assert.equal(outline(graph), "Mul Mul Mul Mul Reshape Scan(Mul Mul Mul)");
  for (const node of graph.nodes) {
    for (const output of node.outputs) assert.equal(output.graph, graph);
    if (node.body) assert.equal(node.body.parent, graph);
  }
});

Deno.test("inlineCalls() comes after differentiation: a primitive's own rule is its derivative", async () => {
  const x = tf.tensor([1, 2]),
    fn = compile((v: Tensor) => [cube(v), grad((u: Tensor) => tf.sum(cube(u)))(v)]);
  const [value, derivative] = await fn(x);
  assert.deepEqual([...value.dataSync(), ...derivative.dataSync()], [1, 8, 100, 200]);
  await fn.release();
});
