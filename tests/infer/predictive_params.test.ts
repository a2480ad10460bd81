import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDelta,
  AutoDiagonalNormal,
  type AutoGuide,
  AutoLaplace,
  AutoMultivariateNormal,
  AutoNormal,
  exponentialDecay,
  Predictive,
  SVI,
} from "../../lib/infer/mod.ts";
import { param, plate, sample, scan } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close, conjugate, data, exactPosterior, item, normalGuide } from "./models.ts";

const numSamples = 2000;
const fit = async (guide: AutoGuide) => {
  const svi = new SVI(conjugate, guide, adam({ lr: exponentialDecay({ init: 0.1, rate: 0.995 }) }));
  const { params } = await svi.run(random.key(0), 800, [data]);
  await svi.release();
  return params;
};
const sd = (draws: Tensor): number => Math.sqrt(item(tf.moments(draws).variance));

const guides = { AutoNormal, AutoDelta, AutoDiagonalNormal, AutoMultivariateNormal, AutoLaplace };
for (const parallel of [false, true]) {
  const how = parallel ? "in a plate" : "in a loop";
  for (const [name, Guide] of Object.entries(guides)) {
    Deno.test(`Predictive ${how} refuses ${name} without its parameters, and one that was not set up`, async () => {
      const trained = new Guide(conjugate), params = await fit(trained), options = { numSamples, parallel };
      const fresh = () => new Guide(conjugate),
        ask = (guide: AutoGuide, given?: typeof params) =>
          new Predictive(conjugate, { ...options, guide, params: given })(random.key(1));
      // Made anew, as in another process: without the data, the data site is latent.
      await assert.rejects(ask(fresh(), params), /obs_auto|need \[\d+/);
      await assert.rejects(ask(trained), /the guide has parameters that params lacks: "(mu_)?auto_loc"/);
      const undefinedParams = Object.fromEntries(
        Object.keys(params).map((name) => [name, undefined as never]),
      );
      await assert.rejects(
        ask(trained, undefinedParams),
        /the guide has parameters that params lacks: "(mu_)?auto_loc"/,
      );
      await assert.rejects(
        ask(trained, { loc: tf.scalar(1) }),
        /"(mu_)?auto_loc".* the params given are "loc"/,
      );
      const { obs: right } = await ask(fresh().setup(data), params), { obs } = await ask(trained, params);
      assert.deepEqual(right.arraySync(), obs.arraySync());
      close(item(obs.mean()), exactPosterior().mean, 0.1);
    });
  }

  Deno.test(`Predictive ${how} draws from the normal that laplaceApproximation found`, async () => {
    const guide = new AutoLaplace(conjugate), params = await fit(guide);
    const ask = (given = params) =>
      new Predictive(conjugate, { guide, params: given, numSamples, parallel, returnSites: ["mu"] })(
        random.key(1),
      );
    assert.ok(sd((await ask()).mu) < 1e-5, "a point before");
    guide.laplaceApproximation(params, data);
    const { mu } = await ask();
    close(sd(mu), exactPosterior().sd, 0.02);
    close(sd(guide.sampleLatent(random.key(1), params, [numSamples]).mu), exactPosterior().sd, 0.02);
    const other = { auto_loc: params.auto_loc.add(1) };
    await assert.rejects(ask(other), /its normal was put at other parameters/);
    assert.throws(() => guide.median(other), /its normal was put at other parameters/);
    // Training goes on from the point, as before.
    const svi = new SVI(conjugate, guide, adam({ lr: 0.01 }));
    const { losses } = await svi.run(random.key(2), 3, [data]);
    const { losses: expected } = await new SVI(conjugate, new AutoLaplace(conjugate), adam({ lr: 0.01 }))
      .run(random.key(2), 3, [data]);
    assert.deepEqual(losses, expected);
  });

  Deno.test(`Predictive ${how} refuses parameters of the model, and of guides by hand, that are missing`, async () => {
    const model = () => {
      const z = sample("z", new Normal(param("mean", 5), 1));
      sample("x", new Normal(z, param("noise", 2)));
    };
    const guide = () => void sample("z", new Normal(param("loc", 0), 1));
    const ask = (options: ConstructorParameters<typeof Predictive>[1]) =>
      new Predictive(model, { parallel, ...options })(random.key(0));
    const [mean, noise, loc] = [5, 0.1, 3].map((x) => tf.scalar(x)), z = tf.zeros([4]);
    await assert.rejects(
      ask({ guide, numSamples, params: { mean, noise } }),
      /the guide has .* lacks: "loc"/,
    );
    await assert.rejects(
      ask({ guide, numSamples, params: { loc, mean } }),
      /the model has .* lacks: "noise"/,
    );
    await assert.rejects(ask({ numSamples, params: {} }), /the model has .* lacks: "mean", "noise"/);
    await assert.rejects(ask({ posteriorSamples: { z } }), /the model has .* lacks: "mean", "noise"/);
    assert.equal((await ask({ posteriorSamples: { z }, params: { mean, noise } })).x.size, 4);
    close(item((await ask({ guide, numSamples, params: { loc, mean, noise } })).x.mean()), 3, 0.1);
    // A prior has its parameters' first values.
    close(item((await ask({ numSamples })).x.mean()), 5, 0.2);
  });
}

Deno.test("Predictive takes a guide by hand, whose parameters come from elsewhere", async () => {
  const params = { loc: tf.scalar(7), scale: tf.scalar(0.01) };
  const { mu } = await new Predictive(conjugate, { guide: normalGuide, params, numSamples: 10 })(
    random.key(0),
  );
  mu.dataSync().forEach((x: number) => close(x, 7, 0.1));
});

Deno.test("a guide of one length is refused at another, with the parameter and both shapes", async () => {
  const walk = (y: Tensor | undefined, length: number) =>
    void scan(
      (before: Tensor, x: Tensor | null): [Tensor, null] => {
        const z = sample("z", new Normal(before, 1));
        sample("y", new Normal(z, 1), { obs: x ?? undefined });
        return [z, null];
      },
      tf.scalar(0) as Tensor,
      y ?? null,
      { length },
    );
  for (const Guide of [AutoNormal, AutoDelta, AutoDiagonalNormal]) {
    const guide = new Guide(walk), svi = new SVI(walk, guide, adam({ lr: 0.1 }));
    const { params } = await svi.run(random.key(0), 3, [tf.zeros([6]), 6]);
    const predict = new Predictive(walk, { guide, params, numSamples: 3 });
    assert.deepEqual((await predict(random.key(0), undefined, 6)).y.shape, [3, 6]);
    const message =
      /"(z_)?auto_loc" has shape \[6\], the model's latent sites in this run \("z"\) need \[8\]/;
    await assert.rejects(predict(random.key(0), undefined, 8), message);
  }
});

Deno.test("a guide in a plate of one size is refused at another", async () => {
  const model = (y: Tensor | undefined, n: number) => {
    using _d = plate("d", n);
    sample("y", new Normal(sample("z", new Normal(0, 1)), 1), { obs: y });
  };
  for (const Guide of [AutoNormal, AutoDelta, AutoDiagonalNormal]) {
    const guide = new Guide(model), svi = new SVI(model, guide, adam({ lr: 0.1 }));
    const { params } = await svi.run(random.key(0), 3, [tf.zeros([4]), 4]);
    const predict = new Predictive(model, { guide, params, numSamples: 3 });
    await assert.rejects(
      predict(random.key(0), undefined, 5),
      /auto_loc" .*has shape \[4\].*(need \[5\]|size 5)/,
    );
  }
});
