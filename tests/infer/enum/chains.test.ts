import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, type EngineName, valueAndGrad } from "../../../lib/compile/mod.ts";
import { enumLogDensity, inferDiscrete } from "../../../lib/infer/mod.ts";
import { condition, trace } from "../../../lib/ppl/mod.ts";
import { type HostArray, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { isAbsent } from "../../compile/engines.ts";
import { chainOf, chains, type ChainSpec, logitsOf } from "./chain_models.ts";

type Form = Parameters<typeof chainOf>[1];

type Dtype = "float32" | "float64";

/** Returns the log density and all its slopes, at tables of the numbers that `given` has. */
async function scored(spec: ChainSpec, form: Form, engine: EngineName, dtype: Dtype, given: Dtype = dtype) {
  const model = chainOf(spec, form);
  const density = (tables: Record<string, Tensor>) => enumLogDensity(model, [tables], {}).logDensity;
  const compiled = compile(valueAndGrad(density), { engine, dtype });
  const tables = Object.fromEntries(
    Object.entries(logitsOf(spec)).map((
      [name, { data, shape }],
    ) => [name, { data: Float64Array.from(data, given === "float32" ? Math.fround : Number), shape }]),
  );
  const { value, grad } = await compiled.arrays(tables);
  await compiled.release();
  return [
    value.data[0],
    ...Object.values(grad as Record<string, HostArray>).flatMap(({ data }) =>
      Array.from(data as Float64Array)
    ),
  ] as number[];
}

for (
  const [engine, dtype, tolerance, numRuns] of [
    ["js", "float64", 1e-12, 10],
    ["js", "float32", 1e-6, 5],
    ["onnx", "float64", 1e-12, 5],
    ["onnx", "float32", 1e-6, 5],
    ["xla", "float64", 1e-12, 2],
    ["xla", "float32", 1e-6, 2],
  ] as const
) {
  const name =
    `chains in scan and in markov have the densities and gradients of plain loops (${engine}, ${dtype})`;
  Deno.test(name, { ignore: isAbsent(engine) }, async () => {
    await fc.assert(
      fc.asyncProperty(chains, async (spec) => {
        const plain = { ...spec, hasTail: false };
        for (const [one, form] of [[spec, "scan"], [plain, "markov"]] as const) {
          const found = await scored(one, form, engine, dtype),
            expected = await scored(one, "loop", "js", "float64", dtype);
          found.forEach((x, i) => {
            assert.ok(
              x === expected[i] || Math.abs(x - expected[i]) <= tolerance * (1 + Math.abs(expected[i])),
              `${form}, ${i === 0 ? "value" : `slope ${i - 1}`}: ${x} is not ${expected[i]}`,
            );
          });
        }
      }),
      { numRuns },
    );
  });
}

Deno.test("a chain of a thousand steps keeps its digits in float32", async () => {
  const spec: ChainSpec = {
    steps: 1000,
    states: 3,
    members: 1,
    taken: 1,
    second: "coupled",
    history: 1,
    hasStart: true,
    hasTail: true,
    mixture: "inner",
    isMasked: false,
    weight: 1,
    hasTones: true,
  };
  const [value, ...slopes] = await scored(spec, "scan", "js", "float32");
  const [exact, ...exactSlopes] = await scored(spec, "scan", "js", "float64", "float32");
  assert.ok(Math.abs(value - exact) < 2e-7 * Math.abs(exact), `${value} is not ${exact}`);
  // Without taking the largest numbers out of messages, 2e-3.
  slopes.forEach((slope, i) =>
    assert.ok(Math.abs(slope - exactSlopes[i]) < 5e-5 * (1 + Math.abs(exactSlopes[i])), `slope ${i}`)
  );
});

const hidden = /^(c|start|[zw]\d*)$/;

/** Checks that both forms decode states of one density, that of what is summed out. */
function decodesAlike(spec: ChainSpec): void {
  const tables = Object.fromEntries(
    Object.entries(logitsOf(spec)).map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]),
  );
  const [scanned, looped] = (["scan", "loop"] as const).map((form) => {
    const run = trace(inferDiscrete(chainOf(spec, form), { temperature: 0 })).get(tables);
    const names = [...run.sites.keys()].filter((name) => hidden.test(name));
    const values = Object.fromEntries(names.map((name) => [name, run.value(name)]));
    return trace(condition(chainOf(spec, form, "data"), values)).get(tables).logProbSum().dataSync()[0];
  });
  // Where two are equally probable, either will do.
  assert.ok(Math.abs(scanned - looped) <= 1e-5 * (1 + Math.abs(looped)), `${scanned} is not ${looped}`);
}

Deno.test("the most probable states of a chain in scan are those of a plain loop", () => {
  fc.assert(fc.property(chains, decodesAlike), { numRuns: 25 });
});

Deno.test("of paths with one prior that differ where data are masked either is the most probable", () => {
  const none = { hasStart: false, hasTail: false, mixture: "none", hasTones: false } as const;
  decodesAlike({
    ...none,
    ...{ steps: 4, states: 3, members: 2, taken: 2, second: "local", history: 1, isMasked: true, weight: 1 },
  });
});
