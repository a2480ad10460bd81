import assert from "node:assert/strict";
import { Exponential, Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoDelta, AutoNormal, initToFeasible, SVI, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { param, plate, prngKey, sample, scan, subsample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close } from "./models.ts";

const N = 6;
/** Each member that is seen has 10 times its number; the others stay at 0. */
const model = (y: Tensor, members: Tensor) => {
  using _d = plate("d", N, { subsample: members });
  sample("y", new Normal(sample("z", new Normal(0, 100)), 0.1), { obs: y });
};
const args = [tf.tensor([10, 40]), tf.tensor1d([1, 4], "int32")];
const guides = {
  AutoNormal: () => new AutoNormal(model),
  AutoDelta: () => new AutoDelta(model, { initStrategy: initToFeasible() }),
};

for (const [name, make] of Object.entries(guides)) {
  for (const engine of ["js", "onnx", "tfjs"] as const) {
    Deno.test(`${name} takes the members that a plate is given, in engine ${engine}`, async () => {
      for (const loss of name === "AutoNormal" ? [undefined, new TraceMeanFieldELBO()] : [undefined]) {
        const svi = new SVI(model, make(), adam({ lr: 0.5 }), loss, { engine });
        const { params } = await svi.run(random.key(0), 300, args);
        [0, 10, 0, 0, 40, 0].forEach((z, i) => close(params.z_auto_loc.dataSync()[i], z, 0.3, `member ${i}`));
        await svi.release();
      }
    });
  }

  Deno.test(`${name} takes members that differ from step to step`, async () => {
    const svi = new SVI(model, make(), adam({ lr: 0.5 }), undefined, { engine: "js" });
    const batches = [[0, 3], [5, 2], [1, 4]].map((at): [Tensor, Tensor] => [
      tf.tensor(at.map((i) => 10 * i)),
      tf.tensor1d(at, "int32"),
    ]);
    const { params } = await svi.run(random.key(0), 900, (step) => batches[step % 3]);
    params.z_auto_loc.dataSync().forEach((z, i) => close(z, 10 * i, 0.5, `member ${i}`));
    await svi.release();
  });

  Deno.test(`${name} refuses members that the model draws for itself as it runs`, async () => {
    const drawn = () => {
      const members = tf.topk(random.uniform(prngKey()!, [N]), 2).indices;
      using _d = plate("d", N, { subsample: members });
      sample("y", new Normal(sample("z", new Normal(0, 100)), 0.1), { obs: members.mul(10) });
    };
    const guide = name === "AutoNormal" ? new AutoNormal(drawn) : new AutoDelta(drawn);
    await assert.rejects(
      new SVI(drawn, guide, adam({ lr: 0.1 })).init(random.key(0)),
      /drawn anew in the model/,
    );
  });
}

Deno.test("a guide by hand that draws members of its own, or has others, is refused", async () => {
  const guide = (subsample?: Tensor) => () => {
    using _d = plate("d", N, { subsample, subsampleSize: 2 });
    sample("z", new Normal(param("loc", tf.zeros([N]), { eventDim: 0 }), 1));
  };
  const start = (members?: Tensor) =>
    new SVI(model, guide(members), adam({ lr: 0.1 })).init(random.key(0), ...args);
  await assert.rejects(start(), /the guide draws its own; give it the same indices/);
  await assert.rejects(start(tf.tensor1d([1, 5], "int32")), /the guide has others/);
  await start(args[1]);
});

for (const Guide of [AutoNormal, AutoDelta]) {
  Deno.test(`${Guide.name} answers for all members of a plate that subsamples`, async () => {
    const all = tf.range(1, 9) as Tensor;
    const local = (y: Tensor) => {
      const shift = sample("shift", new Normal(0, 0.01));
      using _d = plate("d", 8, { subsampleSize: 3 });
      const rate = sample("rate", new Exponential(0.01)),
        v = sample("v", new Normal(tf.zeros([3, 2]), 1).toEvent(1));
      sample("y", new Normal(rate.add(shift).add(v.sum(-1).mul(0.001)), 0.1), { obs: subsample(y, 0) });
    };
    const guide = new Guide(local, { initStrategy: initToFeasible() });
    const svi = new SVI(local, guide, adam({ lr: 0.1 }), undefined, { engine: "js" });
    const { params } = await svi.run(random.key(0), 10_000, [all]), median = guide.median(params);
    median.rate.dataSync().forEach((rate, i) => close(rate, i + 1, 0.3, `member ${i}`));
    assert.deepEqual(median.v.shape, [8, 2]);
    const draws = guide.sampleLatent(random.key(1), params, [7]);
    assert.deepEqual([draws.shift.shape, draws.rate.shape, draws.v.shape], [[7], [7, 8], [7, 8, 2]]);
    if (guide instanceof AutoNormal) {
      const quantiles = guide.quantiles(params, [0.1, 0.5, 0.9]);
      assert.deepEqual([quantiles.shift.shape, quantiles.rate.shape, quantiles.v.shape], [[3], [3, 8], [
        3,
        8,
        2,
      ]]);
      const [low, middle, high] = quantiles.rate.unstack().map((row) => [...row.dataSync()]);
      assert.deepEqual(middle, [...median.rate.dataSync()]);
      assert.ok(low.every((x, i) => x < middle[i] && middle[i] < high[i]));
    }
    await svi.release();
  });

  Deno.test(`${Guide.name} refuses a scan within a plate that subsamples`, async () => {
    const series = () => {
      using _d = plate("d", 5, { subsampleSize: 2 });
      scan(
        (before: Tensor, _: null): [Tensor, null] => [sample("z", new Normal(before, 1)), null],
        tf.scalar(0),
        null,
        {
          length: 3,
        },
      );
    };
    const svi = new SVI(series, new Guide(series), adam({ lr: 0.1 }));
    await assert.rejects(svi.init(random.key(0)), /site "z" of a scan is in plate "d", which takes 2 of 5/);
  });
}
