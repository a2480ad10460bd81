import assert from "node:assert/strict";
import { compile, trace } from "../../../../lib/compile/mod.ts";
import { takeEnding } from "../../../../lib/compile/engine/wasm/ending.ts";
import { optimise } from "../../../../lib/compile/passes/mod.ts";
import { constant, type HostArray, type Tensor, tf } from "../../../../lib/tensor/mod.ts";
import { numbers } from "../../differentiate.ts";

const N = 360;

/**
 * A step of an optimiser with a memory, of parameters that a product and a column times a row are
 * the gradient of.
 */
function step(w: Tensor, v: Tensor, x: Tensor): Tensor[] {
  const product = tf.matMul(x, w), outer = tf.matMul(product.mean(1, true), x.mean(0, true));
  const grad = tf.clipByValue(product, -1, 1).add(w.mul(constant(0.1))).add(outer);
  const next = v.mul(constant(0.9)).add(grad.square().mul(constant(0.1)));
  const size = next.sqrt().add(constant(1e-3));
  return [tf.mean(product.square()), w.sub(grad.mul(constant(0.01)).div(size)), next];
}

const arrays = (seed: number): HostArray[] => [
  numbers([N, N], -1, 1, seed),
  numbers([N, N], 0, 1, seed + 1),
  numbers([N, N], -0.1, 0.1, seed + 2),
];

const close = (found: HostArray, { data, shape }: HostArray): void => {
  assert.deepEqual(found.shape, shape);
  data.forEach((v, i) => assert.ok(Math.abs(found.data[i] - v) < 1e-4, `${i}: ${found.data[i]}, ${v}`));
};

function endingOf(fn: (...args: Tensor[]) => Tensor[], args: HostArray[]) {
  const { graph } = trace(fn as never, args);
  optimise(graph);
  return { ending: takeEnding(graph), rest: graph };
}

Deno.test("takeEnding() leaves the product and the sum, whose operand both parts need", () => {
  const { ending, rest } = endingOf(step, arrays(1));
  assert.deepEqual(ending!.outputs, [1, 2]);
  assert.ok(ending!.graph.nodes.every(({ op }) => op.name !== "MatMul" && op.name !== "ReduceSum"));
  assert.ok(ending!.graph.nodes.some(({ op }) => op.name === "Sqrt"));
  assert.deepEqual(rest.outputs.map(({ shape }) => shape), [[], [N, 1], [1, N], [N, N]]);
});

Deno.test("takeEnding() leaves a graph whole without such an end, and where that is little work", () => {
  const nothing: [(...args: Tensor[]) => Tensor[], number][] = [
    [(w, _, x) => [tf.matMul(x, w).tanh()], N],
    [(w, v, x) => [tf.matMul(step(w, v, x)[1], x)], N],
    [step, 20],
  ];
  for (const [fn, n] of nothing) {
    const args = arrays(1).map(({ data }) => ({ data: data.slice(0, n * n), shape: [n, n] }));
    const { ending, rest } = endingOf(fn, args);
    assert.equal(ending, undefined);
    assert.equal(rest.outputs.length, fn === step ? 3 : 1);
  }
});

Deno.test("engine onnx with its end in vectors: values, calls at once, and steps whose arrays stay there", async () => {
  for (const dtype of ["float32", "float64"] as const) {
    const [onnx, js] = (["onnx", "js"] as const).map((engine) => compile(step, { engine, dtype }));
    const given = [arrays(1), arrays(5)];
    const found: HostArray[][] = await Promise.all(given.map((args) => onnx.arrays(...args)));
    for (const [i, args] of given.entries()) {
      const expected: HostArray[] = await js.arrays(...args);
      expected.forEach((array, k) => close(found[i][k], array));
    }
    // Two steps that leave their results to the next, and one that brings them back.
    const Floats = dtype === "float32" ? Float32Array : Float64Array, [w, v, x] = arrays(1);
    const copy = ({ data, shape }: HostArray): HostArray => ({ data: Floats.from(data), shape });
    const before = Floats.from(w.data), loss: HostArray = { data: new Floats(1), shape: [] };
    const program = await onnx.program(w, v, x);
    let [now, spare] = [[copy(w), copy(v)], [copy(w), copy(v)]], expected: HostArray[] = [loss, w, v];
    for (let i = 0; i < 2; i++) {
      await program.run([...now, x], [], { outputs: [loss, ...spare], stay: true });
      [now, spare] = [spare, now];
      expected = await js.arrays(expected[1], expected[2], x);
    }
    close(loss, expected[0]);
    assert.ok(now[0].data.every((value, i) => value === before[i]), "results are there already");
    program.fetch(now);
    now.forEach((array, k) => close(array, expected[k + 1]));
    await program.run([...now, x], [], { outputs: [loss, ...spare] });
    expected = await js.arrays(expected[1], expected[2], x);
    spare.forEach((array, k) => close(array, expected[k + 1]));
    await Promise.all([onnx.release(), js.release()]);
  }
});
