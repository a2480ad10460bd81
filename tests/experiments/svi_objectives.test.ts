import assert from "node:assert/strict";
import { examples } from "../../experiments/svi_objectives/examples/mod.ts";
import { differenceOf, type Setting, type Trained } from "../../experiments/svi_objectives/form.ts";
import { dataOf } from "../../experiments/svi_objectives/system.ts";
import { countriesOf } from "../../experiments/rugged/countries.ts";
import { datasets } from "../../lib/data/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";

const data = dataOf(countriesOf(datasets.rugged.simulate(1).value));

const settingOf = (options: Setting["options"]): Setting => ({
  data,
  key: random.key(3),
  learningRate: 0.02,
  options,
});

/** The engines that an example is held against its form in: XLA compiles for seconds, so a few. */
const enginesOf = (name: string) =>
  present.filter((engine) => engine !== "xla" || ["custom_elbo", "kl_annealing"].includes(name));

for (const { name, pairs } of examples) {
  for (const [pair, [written, builtIn]] of Object.entries(pairs)) {
    for (const [dtype, tolerance] of [["float32", 1e-6], ["float64", 1e-12]] as const) {
      Deno.test(`${name}: ${pair} agree to ${tolerance} in ${dtype}: ${enginesOf(name).join(", ")}`, async () => {
        for (const engine of enginesOf(name)) {
          const setting = settingOf({ dtype, engine });
          const found = differenceOf(await written(setting, 3), await builtIn(setting, 3));
          assert.ok(found <= tolerance, `${engine}: they differ by ${found}`);
        }
      });
    }
  }
}

Deno.test("examples are objectives of their own: each but three leads elsewhere in a few steps", async () => {
  const setting = settingOf({ dtype: "float64" });
  const trained = new Map<string, Trained>();
  for (const { name, pairs } of examples) trained.set(name, await Object.values(pairs)[0][0](setting, 30));
  const same = examples.filter(({ name }) => differenceOf(trained.get(name)!, trained.get("basic")!) < 1e-9);
  assert.deepEqual(same.map(({ name }) => name), ["basic", "low_level", "custom_elbo"]);
});

Deno.test("there are the source's nine examples, each a file of 20 to 60 lines", async () => {
  assert.equal(examples.length, 9);
  const folder = new URL("../../experiments/svi_objectives/examples/", import.meta.url);
  for (const { name } of examples) {
    const lines = (await Deno.readTextFile(new URL(`${name}.ts`, folder))).split("\n").length - 1;
    assert.ok(lines >= 20 && lines <= 60, `${name}.ts has ${lines} lines`);
  }
});

Deno.test("differenceOf() is relative above 1, and refuses trainings of different length", () => {
  const trained = (loss: number, param: number): Trained => ({
    losses: [loss],
    params: { p: { data: Float64Array.of(param), shape: [] } },
  });
  assert.equal(differenceOf(trained(200, 0.5), trained(100, 0.5)), 1);
  assert.equal(differenceOf(trained(100, 0.25), trained(100, 0.5)), 0.25);
  assert.throws(
    () => differenceOf({ ...trained(1, 1), losses: [] }, trained(1, 1)),
    new Error("Cannot compare trainings: found 1 numbers, expected 2"),
  );
});
