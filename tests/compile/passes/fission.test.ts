import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, grad, hessian, scan, trace } from "../../../lib/compile/mod.ts";
import { jsEngine } from "../../../lib/compile/engine/js/engine.ts";
import type { Node } from "../../../lib/compile/ir/graph.ts";
import { sizeOf } from "../../../lib/compile/ir/size.ts";
import type { ScanAttrs } from "../../../lib/compile/ops/scan.ts";
import { jsCosts, type LoopCosts, onnxCosts } from "../../../lib/compile/passes/fission/cost.ts";
import { Program } from "../../../lib/compile/program.ts";
import { type HostArray, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { dmmArguments, dmmAxes, dmmStep } from "../../../bench/scan.ts";
import { numbers } from "../differentiate.ts";
import {
  allNodes,
  axes,
  type Loss,
  losses,
  lossOf,
  optimised,
  outline,
  parameters,
  randomBody,
  sequence,
} from "./bodies.ts";

type Point = Record<string, HostArray>;

/** The loss, its gradient, a function of the gradient and that function's gradient. */
function derivatives(loss: Loss): (p: Record<string, Tensor>, x: Tensor) => Record<string, unknown> {
  const first = (p: Record<string, Tensor>, x: Tensor) => grad(loss, { argnums: [0, 1] })(p, x);
  const slope = (p: Record<string, Tensor>, x: Tensor): Tensor => {
    const [g, gx] = first(p, x);
    return [g.W, g.V, g.b, g.h0, gx].map((t: Tensor) => tf.sum(tf.square(t))).reduce((a, b) => a.add(b));
  };
  return (p, x) => ({
    loss: loss(p, x),
    first: first(p, x),
    slope: slope(p, x),
    second: grad(slope, { argnums: [0, 1] })(p, x),
  });
}

const leaves = (tree: unknown): HostArray[] =>
  (tree as HostArray).data ? [tree as HostArray] : Object.values(tree as object).flatMap(leaves);

function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    assert.ok(
      error <= tolerance * (1 + Math.abs(expected[i])),
      `${what}[${i}]: ${actual[i]}, expected ${expected[i]}`,
    );
  }
}

for (const [name, loss] of Object.entries(losses)) {
  Deno.test(`fission of ${name} changes neither values nor derivatives, which equal finite differences`, async () => {
    const all = derivatives(loss), options = { engine: "onnx", dtype: "float64", axes, threads: 1 } as const;
    const split = compile(all, options), whole = compile(all, { ...options, fission: false });
    for (const length of [1, 2, 9]) {
      const x = sequence(length),
        at = await split.arrays(parameters, x),
        plain = leaves(await whole.arrays(parameters, x));
      leaves(at).forEach((a, i) =>
        assertClose(a.data, plain[i].data, 1e-12, `${name}, ${length} steps, output ${i}`)
      );

      const directions = Object.fromEntries(
        Object.entries(parameters).map(([k, v], i) => [k, numbers([...v.shape], -1, 1, i)]),
      );
      const h = 1e-5, directionX = numbers([...x.shape], -1, 1, 7);
      const shifted = (v: HostArray, d: HostArray, by: number): HostArray => ({
        data: Float64Array.from(v.data, (e, i) => e + by * d.data[i]),
        shape: v.shape,
      });
      const moved = (by: number) =>
        split.arrays(
          Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, shifted(v, directions[k], by)])),
          shifted(x, directionX, by),
        );
      const [up, down] = [await moved(h), await moved(-h)];
      const along = ([g, gx]: [Point, HostArray]) =>
        [...Object.keys(g).map((k) => [g[k], directions[k]]), [gx, directionX]]
          .reduce(
            (sum, [a, d]) => sum + Array.from(a.data).reduce((s, e, i) => s + e * d.data[i], 0),
            0,
          );
      for (const [of, by] of [["loss", "first"], ["slope", "second"]]) {
        const difference = (up[of].data[0] - down[of].data[0]) / (2 * h);
        assertClose([along(at[by])], [difference], 1e-7, `${name}, ${length} steps: derivative of the ${of}`);
      }
    }
    await split.release();
    await whole.release();
  });
}

Deno.test("fission of random bodies changes neither values nor derivatives, whatever engines charge", async () => {
  const prices: LoopCosts[] = [
    onnxCosts,
    jsCosts,
    { ...onnxCosts, dispatch: 1e6, loop: 0 },
    { ...onnxCosts, dispatch: 0 },
    { ...onnxCosts, dispatch: 1e4, loop: 1e6 },
    { ...onnxCosts, stack: { value: 1e5, element: 1 }, enter: { value: 1e5, element: 1 } },
  ];
  const property = fc.asyncProperty(randomBody, fc.boolean(), async (body, twice) => {
    const loss = lossOf(body), all = derivatives(loss);
    const fn = twice
      ? all
      : (p: Record<string, Tensor>, x: Tensor) => ({ loss: loss(p, x), grad: grad(loss)(p, x) });
    const load = (loopCosts: LoopCosts, fission: boolean) =>
      Program.load(trace(fn as never, [parameters, sequence(3)], axes), { ...jsEngine, loopCosts }, {
        device: "cpu",
        precision: "float64",
        threads: 1,
      }, fission);
    const whole = await load(jsCosts, false);
    for (const costs of prices) {
      const split = await load(costs, true);
      for (const length of [1, 2, 5]) {
        const given = [...Object.keys(parameters).sort().map((k) => parameters[k]), sequence(length)];
        const expected = await whole.run(given);
        (await split.run(given)).forEach((a, i) =>
          assertClose(a.data, expected[i].data, 1e-9, `${length} steps, output ${i}`)
        );
      }
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

const loops = (nodes: Node[]): Node<ScanAttrs>[] => nodes.filter((n) => n.op.name === "Scan");
const named = (nodes: readonly Node[], op: string): Node[] => nodes.filter((n) => n.op.name === op);

Deno.test("fission takes the input projection of a recurrent network out of the loop as one product", () => {
  const graph = optimised(losses["a recurrent network"], [parameters, sequence(5)], axes);
  assert.equal(
    outline(graph),
    "Reshape MatMul Reshape Scan(MatMul Add Add Tanh) Mul Mul ReduceSum ReduceSum Add",
  );
  assert.equal(String(named(graph.nodes, "MatMul")[0].outputs[0].shape), "3*T,4");
});

Deno.test("fission makes the gradient of each weight of a recurrent network one product over all steps", () => {
  const graph = optimised(grad(losses["a recurrent network"]), [parameters, sequence(5)], axes);
  const products = named(graph.nodes, "MatMul").filter((n) =>
    n.inputs.every((i) => String(i.shape) === "3*T,4")
  );
  assert.equal(products.length, 2);
  assert.ok(products.every((n) => String(n.outputs[0].shape) === "4,4" && n.attrs.transposeA));
  for (const loop of loops(graph.nodes)) assert.ok(!loop.attrs.collect.includes("sum"));
});

Deno.test("fission leaves no loop where the states of a chain are known, nor in its derivative", () => {
  for (
    const fn of [losses["a chain whose states are scanned"], grad(losses["a chain whose states are scanned"])]
  ) {
    assert.equal(loops(allNodes(optimised(fn, [parameters, sequence(5)], axes))).length, 0);
    assert.notEqual(loops(allNodes(optimised(fn, [parameters, sequence(5)], axes, false))).length, 0);
  }
});

Deno.test("fission turns a running sum into a cumulative sum", () => {
  const walk = (init: Tensor, steps: Tensor) =>
    scan((z: Tensor, x: Tensor) => [z.add(x.mul(2)), z], init, steps);
  const graph = optimised(walk, [numbers([3]), numbers([5, 3])]);
  assert.equal(outline(graph), "ReduceSum Mul Add Mul CumSum Reshape Add");
});

Deno.test("fission computes an inner loop that waits for no outer one for all outer steps at once", () => {
  const graph = optimised(losses["a loop within a loop"], [parameters, sequence(5)], axes);
  assert.equal(loops(allNodes(graph)).length, 2);
  assert.equal(loops(graph.nodes).length, 2);
  // Row by row in a scan, a Hessian is one batched computation.
  const rows = optimised(hessian((x: Tensor) => tf.sum(tf.sin(x.matMul(x)))), [numbers([3, 3])]);
  assert.equal(loops(allNodes(rows)).length, 0);
});

Deno.test("fission of a Deep Markov Model's step leaves the two recurrences and their derivatives, and no model loop", () => {
  const forward = optimised(
    (...args: never[]) => (dmmStep as (...args: never[]) => { value: unknown })(...args).value,
    dmmArguments(4, 2),
    dmmAxes,
  );
  const products = loops(forward.nodes).map((l) => named(l.body!.nodes, "MatMul").length);
  assert.deepEqual(products, [1, 3]);
  const step = optimised(dmmStep as never, dmmArguments(4, 2), dmmAxes);
  assert.equal(loops(optimised(dmmStep as never, dmmArguments(4, 2), dmmAxes, false).nodes).length, 6);
  assert.equal(loops(allNodes(step)).length, 4);
  // As many products in the derivatives' loops as in the loops; the gradients of weights are all
  // outside.
  assert.equal(loops(step.nodes).flatMap((l) => named(l.body!.nodes, "MatMul")).length, 8);
  assert.ok(loops(step.nodes).every((l) => l.body!.nodes.length <= 14), outline(step));
});

/** A training loop with a large carry: everything is on one cycle but the average, the loss and the noise's own terms. */
function training(init: Record<string, Tensor>, noise: Tensor, data: Tensor): [unknown, Tensor] {
  return scan(
    (s: Record<string, Tensor>, e: Tensor): [Record<string, Tensor>, Tensor] => {
      const loss = (w: Tensor) => {
        const fit = tf.sum(tf.square(tf.tanh(data.matMul(w)).sub(tf.exp(data.sum(1, true)))));
        return fit.add(tf.sum(w.mul(tf.sin(e)))).add(tf.sum(tf.square(e)));
      };
      const g = grad(loss)(s.w), m = s.m.mul(0.9).add(g.mul(0.1)), w = s.w.sub(m.mul(0.01));
      return [
        { w, m, average: s.average.mul(0.99).add(w.mul(0.01)), before: s.w, count: s.count.add(1) },
        loss(s.w),
      ];
    },
    init,
    noise,
  );
}
const [rows, columns, width] = [64, 100, 80];
const large = numbers([columns, width]);
const trainingArguments = [
  { w: large, m: large, average: large, before: large, count: numbers([]) },
  numbers([7, 1]),
  numbers([rows, columns]),
];

Deno.test("fission of a training loop stacks nothing large, and takes out what does not change or is noise alone", () => {
  const graph = optimised(training as never, trainingArguments, [undefined, ["K", null], undefined]);
  const [loop, ...others] = loops(graph.nodes);
  assert.equal(others.length, 0, outline(graph));
  for (const node of graph.nodes) {
    for (const { shape } of node.outputs) {
      // Nothing is as large as a step's worth of parameters or data times the number of steps.
      if (String(shape[0]).includes("K")) {
        assert.ok((sizeOf(shape.slice(1)) as number) < 1000, `${node.op.name}[${shape}]`);
      }
    }
  }
  const inside = loop.body!.nodes.map((n) => n.op.name);
  // The target does not change; sines and squares of the noise are its own.
  for (const op of ["Exp", "Sin"]) assert.ok(!inside.includes(op) && named(graph.nodes, op).length === 1, op);
  assert.ok(inside.includes("Tanh"));
  // The mean of 64 x 80 residuals is one number a step: it is cheaper inside than its residuals are
  // outside.
  assert.ok(inside.includes("ReduceSum"));
  // Averages and delays of parameters are carries, not stacks of parameters; the counter needs no
  // loop.
  assert.equal(loop.attrs.carries, 4);
});

Deno.test("fission of a training loop changes no result", async () => {
  const options = { dtype: "float64", axes: [undefined, ["K", null], undefined] } as const;
  const [split, whole] = [true, false].map((fission) => compile(training, { ...options, fission }));
  const expected = leaves(await whole.arrays(...trainingArguments));
  leaves(await split.arrays(...trainingArguments)).forEach((a, i) =>
    assertClose(a.data, expected[i].data, 1e-12, `output ${i}`)
  );
  await split.release();
  await whole.release();
});
