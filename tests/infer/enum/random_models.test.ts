import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, valueAndGrad } from "../../../lib/compile/mod.ts";
import { enumLogDensity } from "../../../lib/infer/mod.ts";
import type { HostArray, Tensor } from "../../../lib/tensor/mod.ts";
import { bruteForce, modelOf, models, tableOf } from "./brute_force.ts";

for (
  const [engine, dtype, tolerance, numRuns] of [
    ["js", "float64", 1e-12, 60],
    ["js", "float32", 2e-6, 30],
    ["onnx", "float64", 1e-12, 15],
    ["onnx", "float32", 2e-6, 15],
  ] as const
) {
  Deno.test(`enumerated log densities and gradients are those of sums over all values (${engine}, ${dtype})`, async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.boolean(), async (spec, expand) => {
        const tables = spec.sites.map((_, i) => tableOf(spec, i)), model = modelOf(spec, expand);
        const density = (tables: Tensor[]) => enumLogDensity(model, [tables], {}).logDensity;
        const compiled = compile(valueAndGrad(density), { engine, dtype });
        const arrays = tables.map(({ data, shape }): HostArray => ({ data: Float64Array.from(data), shape }));
        const { value: { data: [value] }, grad: gradient } = await compiled.arrays(arrays);
        await compiled.release();
        const direction = (i: number, k: number) => Math.sin(i * 5 + k * 3 + 1);
        const exact = bruteForce(
          spec,
          tables.map(({ data }, i) => data.map((v, k) => ({ v, d: direction(i, k) }))),
        );
        const slope = (gradient as HostArray[]).reduce(
          (sum, { data }, i) =>
            Array.prototype.reduce.call(
              data,
              (s: any, g: any, k: number) => s + g * direction(i, k),
              sum,
            ) as number,
          0,
        );
        for (const { data } of gradient as HostArray[]) assert.ok(data.every((x) => !Number.isNaN(x)));
        const size = 1 + Math.abs(exact.v);
        if (exact.v === -Infinity) assert.equal(value, -Infinity);
        else {
          assert.ok(Math.abs(value - exact.v) <= tolerance * size, `${value} is not ${exact.v}`);
          assert.ok(
            Math.abs(slope - exact.d) <= 4 * tolerance * (size + Math.abs(exact.d)),
            `slope ${slope} is not ${exact.d}`,
          );
        }
      }),
      { numRuns },
    );
  });
}
