import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, valueAndGrad } from "../../../lib/compile/mod.ts";
import {
  AffineTransform,
  Bernoulli,
  Binomial,
  DiscreteUniform,
  Normal,
  TransformedDistribution,
} from "../../../lib/distributions/mod.ts";
import { configEnumerate, sample } from "../../../lib/ppl/mod.ts";
import { enumLogDensity } from "../../../lib/infer/mod.ts";
import type { HostArray, Tensor } from "../../../lib/tensor/mod.ts";
import { isAbsent } from "../../compile/engines.ts";
import { bruteForce, modelOf, models, tableOf } from "./brute_force.ts";

/** Returns the numbers that a graph of an element type is given. */
const inDtype = (data: readonly number[], dtype: "float32" | "float64"): number[] =>
  dtype === "float32" ? data.map(Math.fround) : [...data];

/**
 * Errors are relative, where numbers are smaller to what a rounded log density is taken times (the
 * model's weight and the plates' sizes); of a sum of slopes, to their sizes.
 */
for (
  const [engine, dtype, tolerance, numRuns] of [
    ["js", "float64", 1e-12, 60],
    ["js", "float32", 1e-6, 30],
    ["onnx", "float64", 1e-12, 15],
    ["onnx", "float32", 1e-6, 15],
    ["xla", "float64", 1e-12, 5],
    ["xla", "float32", 1e-6, 5],
  ] as const
) {
  const name =
    `enumerated log densities and gradients are those of sums over all values (${engine}, ${dtype})`;
  Deno.test(name, { ignore: isAbsent(engine) }, async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.boolean(), async (spec, expand) => {
        const model = modelOf(spec, expand),
          tables = spec.sites.map((_, i) => {
            const { data, shape } = tableOf(spec, i);
            return { data: inDtype(data, dtype), shape };
          });
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
        const slopes = (gradient as HostArray[]).flatMap(({ data }, i) =>
          Array.from(data as Float64Array, (g, k) => g * direction(i, k))
        );
        const slope = slopes.reduce((a, b) => a + b, 0);
        for (const { data } of gradient as HostArray[]) assert.ok(data.every((x) => !Number.isNaN(x)));
        if (exact.v === -Infinity) return assert.equal(value, -Infinity);
        const times = spec.plates.reduce((product, { size }) => product * size, Math.max(1, spec.weight));
        assert.ok(
          Math.abs(value - exact.v) <= tolerance * (times + Math.abs(exact.v)),
          `${value} is not ${exact.v}`,
        );
        const size = slopes.reduce((sum, term) => sum + Math.abs(term), 1);
        assert.ok(Math.abs(slope - exact.d) <= tolerance * size, `slope ${slope} is not ${exact.d}`);
      }),
      { numRuns },
    );
  });
}

/** The exact marginal density of one normal datum at 0 whose mean is a discrete site. */
const marginal = (values: readonly number[], probs: readonly number[]): number =>
  Math.log(
    values.reduce((sum, v, i) => sum + probs[i] * Math.exp(-0.5 * (v - 4) ** 2) / Math.sqrt(2 * Math.PI), 0),
  );

for (
  const [what, site, values, probs] of [
    ["a support that does not begin at 0", () => new DiscreteUniform(3, 5), [3, 4, 5], [1 / 3, 1 / 3, 1 / 3]],
    [
      "a transformed support",
      () => new TransformedDistribution(new Bernoulli(0.25), new AffineTransform(3, 2)),
      [3, 5],
      [0.75, 0.25],
    ],
    [
      "a scaled support",
      () => new TransformedDistribution(new DiscreteUniform(1, 2), new AffineTransform(0, 2)),
      [2, 4],
      [0.5, 0.5],
    ],
    ["a count", () => new Binomial(2, 0.25), [0, 1, 2], [0.5625, 0.375, 0.0625]],
    ["a masked site", () => new Bernoulli(0.25).mask(true), [0, 1], [0.75, 0.25]],
  ] as const
) {
  Deno.test(`sites are summed over their support: ${what}`, () => {
    const model = configEnumerate(() => void sample("y", new Normal(sample("x", site()), 1), { obs: 4 }));
    const { logDensity } = enumLogDensity(model, [], {}), exact = marginal(values, probs);
    assert.ok(Math.abs(logDensity.dataSync()[0] - exact) < 1e-6, `${logDensity} is not ${exact}`);
  });
}
