import assert from "node:assert/strict";
import { scan, trace, valueAndGrad } from "../../../lib/compile/mod.ts";
import type { Node } from "../../../lib/compile/ir/graph.ts";
import type { ScanAttrs } from "../../../lib/compile/ops/scan.ts";
import { eliminateDeadCode } from "../../../lib/compile/passes/dead_code.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { numbers } from "../differentiate.ts";
import { losses, outline, parameters, sequence } from "./bodies.ts";

Deno.test("eliminateDeadCode() removes what no output needs, and nothing else", () => {
  const { graph } = trace((x: Tensor) => {
    tf.exp(tf.sin(x));
    return tf.cos(tf.sin(x));
  }, [numbers([3])]);
  eliminateDeadCode(graph);
  assert.equal(outline(graph), "Sin Cos");
});

Deno.test("eliminateDeadCode() removes collected outputs and scanned inputs of loops that nobody uses", () => {
  const { graph } = trace((x: Tensor, y: Tensor) => {
    const step = (c: Tensor, [a, b]: Tensor[]): [Tensor, Tensor[]] => [c.add(a), [tf.exp(c), tf.sin(b)]];
    const [last, [used]] = scan(step, tf.scalar(0), [x, y]);
    return [last, used];
  }, [numbers([3]), numbers([3])]);
  eliminateDeadCode(graph);
  const loop = graph.nodes.at(-1) as Node<ScanAttrs>;
  assert.equal(outline(graph), "Scan(Add Exp)");
  assert.deepEqual([loop.inputs.length, loop.body!.inputs.length, loop.outputs.length], [2, 2, 2]);
  assert.deepEqual(loop.attrs.collect, ["stack"]);
});

Deno.test("eliminateDeadCode() keeps one scanned input, which gives a loop its length", () => {
  const { graph } = trace((x: Tensor) => scan((c: Tensor) => [c.mul(2), null], tf.scalar(1), x)[0], [
    numbers([3]),
  ]);
  eliminateDeadCode(graph);
  assert.equal(graph.nodes[0].inputs.length, 2);
});

Deno.test("eliminateDeadCode() leaves of a derivative only what was asked for", () => {
  const loss = losses["a recurrent network"];
  const onlyB = (p: Record<string, Tensor>, x: Tensor) =>
    valueAndGrad((b: Tensor) => loss({ ...p, b }, x))(p.b).grad;
  const { graph } = trace(onlyB as never, [parameters, sequence(3)]);
  const before = graph.nodes.length;
  eliminateDeadCode(graph);
  assert.ok(graph.nodes.length < before);
  const [, backward] = graph.nodes.filter((n) => n.body);
  // Of all cotangents of captured values, the sum for b alone is left.
  assert.deepEqual((backward as Node<ScanAttrs>).attrs.collect, ["sum"]);
});
