import assert from "node:assert/strict";
import { scan } from "../../../lib/compile/mod.ts";
import { Graph } from "../../../lib/compile/ir/graph.ts";
import { symbol } from "../../../lib/compile/ir/size.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import { encodeStablehlo } from "../../../lib/compile/stablehlo/encode.ts";
import { rules } from "../../../lib/compile/stablehlo/rules/mod.ts";
import { rules as onnxRules } from "../../../lib/compile/onnx/rules/mod.ts";
import { Gemm } from "../../../lib/compile/passes/carry_addends.ts";
import { type Axes, trace } from "../../../lib/compile/trace/trace.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

interface Written {
  axes?: Axes;
  dims?: Record<string, number>;
  double?: boolean;
}

/** The lines between the head and the closing braces. */
function linesOf(
  fn: (...x: Tensor[]) => unknown,
  args: Tensor[],
  { axes, dims = {}, double }: Written = {},
): string[] {
  const { graph, inputs } = trace(fn as (...x: never[]) => unknown, args, axes);
  optimise(graph, { fission: false });
  const text = encodeStablehlo(graph, {
    inputs: inputs.map((i) => i.value),
    dims: new Map(Object.entries(dims)),
    double,
  });
  assert.match(text, /^module @program \{\n[^]*\n\}\n\}\n$/);
  return text.split("\n").slice(1, -3);
}

Deno.test("encodeStablehlo() broadcasts, and writes numbers where they are used", () => {
  assert.deepEqual(linesOf((x, row) => x.add(row).mul(tf.scalar(3)), [tf.zeros([2, 3]), tf.zeros([3])]), [
    "func.func public @main(%arg0: tensor<2x3xf32>, %arg1: tensor<3xf32>) -> (tensor<2x3xf32>) {",
    "%0 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>",
    "%1 = stablehlo.add %arg0, %0 : tensor<2x3xf32>",
    "%2 = stablehlo.constant dense<3.0> : tensor<f32>",
    "%3 = stablehlo.constant dense<3.0> : tensor<2x3xf32>",
    "%4 = stablehlo.multiply %1, %3 : tensor<2x3xf32>",
    "return %4 : tensor<2x3xf32>",
  ]);
});

Deno.test("encodeStablehlo() gives named axes the lengths it is told, and floats the precision", () => {
  const sums = (x: Tensor) => x.sum(1), options = { axes: [["B", "T"]] };
  const lines = (B: number, T: number, double: boolean) =>
    linesOf(sums, [tf.zeros([7, 9])], { ...options, dims: { B, T }, double });
  assert.deepEqual(lines(2, 5, true), [
    "func.func public @main(%arg0: tensor<2x5xf64>) -> (tensor<2xf64>) {",
    "%0 = stablehlo.constant dense<0.0> : tensor<f64>",
    "%1 = stablehlo.reduce(%arg0 init: %0) applies stablehlo.add across dimensions = [1] : (tensor<2x5xf64>, tensor<f64>) -> tensor<2xf64>",
    "return %1 : tensor<2xf64>",
  ]);
  assert.equal(lines(3, 4, false).at(-1), "return %1 : tensor<3xf32>");
});

const leak = (h: Tensor, x: Tensor): [Tensor, Tensor] => [h.mul(x), h.add(x)];

Deno.test("encodeStablehlo() writes a scan as one while loop, whatever its length", () => {
  const loop = (h: Tensor, xs: Tensor) => scan(leak, h, xs);
  const lines = (T: number) =>
    linesOf(loop as never, [tf.scalar(1), tf.zeros([9])], { axes: [null, ["T"]], dims: { T } });
  assert.deepEqual(
    lines(5),
    [
      "func.func public @main(%arg0: tensor<f32>, %arg1: tensor<5xf32>) -> (tensor<f32>, tensor<5xf32>) {",
      "%0 = stablehlo.constant dense<0> : tensor<i32>",
      "%1 = stablehlo.constant dense<0.0> : tensor<5xf32>",
      "%loop15:3 = stablehlo.while(%state2 = %0, %state3 = %arg0, %state4 = %1) : tensor<i32>, tensor<f32>, tensor<5xf32>",
      "cond {",
      "%5 = stablehlo.constant dense<5> : tensor<i32>",
      "%6 = stablehlo.compare LT, %state2, %5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>",
      "stablehlo.return %6 : tensor<i1>",
      "} do {",
      "%7 = stablehlo.dynamic_slice %arg1, %state2, sizes = [1] : (tensor<5xf32>, tensor<i32>) -> tensor<1xf32>",
      "%8 = stablehlo.reshape %7 : (tensor<1xf32>) -> tensor<f32>",
      "%9 = stablehlo.multiply %state3, %8 : tensor<f32>",
      "%10 = stablehlo.add %state3, %8 : tensor<f32>",
      "%11 = stablehlo.constant dense<1> : tensor<i32>",
      "%12 = stablehlo.add %state2, %11 : tensor<i32>",
      "%13 = stablehlo.reshape %10 : (tensor<f32>) -> tensor<1xf32>",
      "%14 = stablehlo.dynamic_update_slice %state4, %13, %state2 : (tensor<5xf32>, tensor<1xf32>, tensor<i32>) -> tensor<5xf32>",
      "stablehlo.return %12, %9, %14 : tensor<i32>, tensor<f32>, tensor<5xf32>",
      "}",
      "return %loop15#1, %loop15#2 : tensor<f32>, tensor<5xf32>",
    ].map((line) => line),
  );
  assert.equal(lines(5).length, lines(500).length);
});

Deno.test("encodeStablehlo() writes no loop for a scan of no steps", () => {
  const loop = (h: Tensor, xs: Tensor) => scan(leak, h, xs);
  const lines = linesOf(loop as never, [tf.scalar(1), tf.zeros([9])], {
    axes: [null, ["T"]],
    dims: { T: 0 },
  });
  assert.ok(!lines.some((line) => line.includes("while")));
  assert.match(lines.at(-1)!, /^return %arg0, %\d+ : tensor<f32>, tensor<0xf32>$/);
});

Deno.test("a constant of many numbers stands in front of the loop that uses it, not in it", () => {
  const table = tf.tensor(Array.from({ length: 100 }, (_, i) => i), [100]);
  const lines = linesOf(
    ((x: Tensor, xs: Tensor) =>
      scan((h: Tensor, v: Tensor): [Tensor, null] => [h.mul(table).add(v), null], x, xs)[0]) as never,
    [tf.zeros([100]), tf.zeros([3])],
  );
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  assert.ok(at('dense<"0x') > 0 && at('dense<"0x') < at("stablehlo.while"));
});

Deno.test("every operation that can be written as ONNX can be written as StableHLO", () => {
  // The one exception is made by a pass for ONNX alone.
  assert.deepEqual([...onnxRules.keys()].filter((op) => !rules.has(op)), [Gemm]);
});

Deno.test("encodeStablehlo() names an operation that it has no rule for", () => {
  const graph = new Graph(), x = graph.input([2]);
  graph.nodes.push({ op: { name: "Sorted" }, inputs: [x], outputs: [], attrs: undefined });
  assert.throws(() => encodeStablehlo(graph, { inputs: [x] }), {
    message: 'Cannot write Sorted as StableHLO: there is no rule for it. Use engine "onnx" for this function',
  });
});

Deno.test("encodeStablehlo() names an axis that it is told no length of", () => {
  const graph = new Graph(), x = graph.input([symbol("B")]);
  graph.outputs = [x];
  assert.throws(() => encodeStablehlo(graph, { inputs: [x] }), {
    message: 'Cannot evaluate the size B: the axis "B" has no length yet',
  });
});
