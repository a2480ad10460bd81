import assert from "node:assert/strict";
import { inspect } from "node:util";
import { compile } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoDelta, AutoNormal, summary, SVI } from "../../lib/infer/mod.ts";
import { plate, sample, seed, trace } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const model = () => {
  const mean = sample("mean", new Normal(0, 10));
  using _d = plate("d", 3);
  sample("x", new Normal(sample("z", new Normal(mean, 1)), 1), { obs: [1, 2, 3] });
};
const key = random.key(0);
const fit = async (guide: AutoNormal | AutoDelta) =>
  await new SVI(model, guide, adam({ lr: 0.05 })).run(key, 300, []);

for (const [name, show] of [["Deno", Deno.inspect], ["Node", inspect]] as const) {
  Deno.test(`console.log of ${name} shows parameters, states, guides, traces and distributions`, async () => {
    const guide = new AutoNormal(model);
    assert.equal(show(guide), "AutoNormal(model): its model has not run yet; train it, or call setup");
    const { params, state } = await fit(guide);
    const shown = show(params), loc = params.mean_auto_loc.dataSync()[0];
    assert.ok(shown.includes(`mean_auto_loc: Tensor ${Number(loc.toPrecision(7))}`), shown);
    assert.match(shown, /z_auto_loc: Tensor \[3\] \[\S+, \S+, \S+\]/);
    assert.match(show(state), /step: 300[^]*mean_auto_loc[^]*Float32Array/);
    assert.equal(show(guide), "AutoNormal(model): mean [], z [3]");
    assert.match(show(trace(seed(model, key)).get()), /Trace Shapes:[^]*mean dist/);
    assert.equal(show(new Normal([0, 1], 1)), "Normal(batch [2], event [])");
  });

  Deno.test(`console.log of ${name} shows tensors of every type, short, and traced ones`, async () => {
    const cases: [Tensor, RegExp][] = [
      [tf.scalar(1 / 3), /^Tensor 0\.3333333$/],
      [tf.scalar(NaN), /^Tensor NaN$/],
      [tf.scalar(3, "int32"), /^Tensor int32 3$/],
      [tf.tensor1d([1, 2]), /^Tensor \[2\] \[1, 2\]$/],
      [tf.zeros([1000, 50]), /^Tensor \[1000, 50\] \[\[/],
      [tf.tensor1d([true, false], "bool"), /^Tensor bool \[2\] \[true, false\]$/],
    ];
    for (const [tensor, expected] of cases) {
      assert.match(show(tensor), expected);
      assert.ok(show(tensor).length < 2000);
    }
    let traced = "";
    await compile((x: Tensor) => (traced = show(x), x))(tf.ones([2, 3]) as Tensor);
    assert.equal(traced, "Tensor float32 [2, 3]");
  });
}

Deno.test("summary() of a guide is that of its draws, with or without options", async () => {
  const guide = new AutoNormal(model), { params } = await fit(guide), table = summary(guide, params);
  assert.deepEqual(table.rows.map(({ name }) => name), ["mean", "z[0]", "z[1]", "z[2]"]);
  assert.deepEqual(table.rows, summary(guide.sampleLatent(key, params, [1000])).rows);
  const mean = table.row("mean"),
    loc = params.mean_auto_loc.dataSync()[0],
    scale = params.mean_auto_scale.dataSync()[0];
  assert.ok(Math.abs(mean.mean - loc) < 0.15 * scale + 0.02 && Math.abs(mean.std - scale) < 0.1 * scale);
  const narrow = summary(guide, params, { mass: 0.5, numSamples: 200 });
  assert.ok(narrow.row("mean").high - narrow.row("mean").low < mean.high - mean.low);
  assert.match(String(narrow), /25\.0% +75\.0%/);
  const point = new AutoDelta(model), { params: at } = await fit(point);
  assert.equal(summary(point, at).row("mean").std, 0);
  assert.throws(() => summary(guide, {}), /Cannot find parameter/);
  assert.throws(() => summary((() => {}) as never, {}), /expected draws by name, or an automatic guide/);
});
