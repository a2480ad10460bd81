import assert from "node:assert/strict";
import { compile, grad, trace } from "../../../lib/compile/mod.ts";
import type { Node } from "../../../lib/compile/ir/graph.ts";
import type { ScanAttrs } from "../../../lib/compile/ops/scan.ts";
import { lowerSums } from "../../../lib/compile/passes/lower_sums.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import type { HostArray } from "../../../lib/tensor/mod.ts";
import { allNodes, axes, losses, parameters, sequence } from "./bodies.ts";

Deno.test("lowerSums() turns every sum over the steps of a loop into a carry that starts at zero", () => {
  const { graph } = trace(grad(losses["a loop within a loop"]) as never, [parameters, sequence(3)]);
  optimise(graph, { fission: false });
  const loops = () => allNodes(graph).filter((n) => n.body) as Node<ScanAttrs>[];
  const sums = loops().map((l) => l.attrs.collect.filter((c) => c === "sum").length),
    carries = loops().map((l) => l.attrs.carries);
  assert.ok(sums.some((n) => n > 0));
  lowerSums(graph);
  assert.ok(loops().every((l) => !l.attrs.collect.includes("sum")));
  assert.deepEqual(loops().map((l) => l.attrs.carries), carries.map((c, i) => c + sums[i]));
  for (const { body, inputs, outputs, attrs } of loops()) {
    assert.deepEqual([inputs.length, outputs.length], [body!.inputs.length, body!.outputs.length]);
    inputs.slice(0, attrs.carries).forEach((init, k) => {
      assert.equal(String(init.shape), String(body!.inputs[k].shape));
      assert.equal(String(init.shape), String(outputs[k].shape));
    });
  }
});

Deno.test("lowerSums() gives the sums that fission turns into products", async () => {
  for (const name of ["a recurrent network", "a loop within a loop", "integers and booleans"]) {
    const gradient = grad(losses[name]);
    const [summed, products] = [false, true].map((fission) =>
      compile(gradient, { engine: "onnx", dtype: "float64", axes, fission })
    );
    const x = sequence(5), expected = await products.arrays(parameters, x);
    for (
      const [k, { data }] of Object.entries(await summed.arrays(parameters, x) as Record<string, HostArray>)
    ) {
      data.forEach((v, i) => assert.ok(Math.abs(v - expected[k].data[i]) < 1e-12, `${name}: ${k}[${i}]`));
    }
    await summed.release();
    await products.release();
  }
});
