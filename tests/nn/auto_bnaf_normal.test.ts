import assert from "node:assert/strict";
import {
  adam,
  AutoMultivariateNormal,
  exponentialDecay,
  paretoK,
  SVI,
  TraceELBO,
} from "../../lib/infer/mod.ts";
import { AutoBNAFNormal } from "../../lib/nn/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor } from "../../lib/tensor/mod.ts";

const key = random.key(0), quiet = { progress: false };

/** A banana: y lies near x^2. */
const banana = () => {
  const x = sample("x", new Normal(0, 1));
  sample("y", new Normal(x.square(), 0.5));
};

Deno.test("AutoBNAFNormal fits a banana: its ELBO is above a normal's, and k-hat tells which to trust", async () => {
  const lr = exponentialDecay({ init: 0.02, rate: 0.1, every: 1500 });
  const elbos: number[] = [], tails: number[] = [];
  for (const guide of [new AutoMultivariateNormal(banana), new AutoBNAFNormal(banana)]) {
    const svi = new SVI(
      banana,
      guide,
      adam({ lr }),
      new TraceELBO({ numParticles: 16, vectorizeParticles: true }),
    );
    const { params } = await svi.run(key, 1500, [], quiet);
    await svi.release();
    const posterior = guide.getPosterior(params), draws = posterior.sample(random.key(1), [4000]);
    const { x, y } = guide.valuesOf(draws);
    const target = new Normal(0, 1).logProb(x).add(new Normal(x.square(), 0.5).logProb(y)) as Tensor;
    const weights = target.sub(posterior.logProb(draws)) as Tensor;
    elbos.push(weights.mean().dataSync()[0]);
    tails.push(paretoK(weights.dataSync() as Float32Array));
  }
  // The evidence is 1; units of tanh end somewhere, so that a flow of them has no tails.
  assert.ok(elbos[0] < -0.15 && elbos[1] > -0.1 && elbos[1] < 0.02, `ELBOs ${elbos}`);
  assert.ok(tails[1] < 0.7, `k-hats ${tails}`);
});

Deno.test("AutoBNAFNormal turns the order round between flows, and throws on wrong numbers", async () => {
  const guide = new AutoBNAFNormal(banana, { numFlows: 2, hiddenFactors: [3], prefix: "q" });
  const { params } = await new SVI(banana, guide, adam({ lr: 0.01 })).run(key, 3, [], quiet);
  assert.deepEqual(params["q_flows.0.gate"].shape, [1]);
  assert.ok(!("q_flows.1.gate" in params));
  assert.throws(() => new AutoBNAFNormal(banana, { numFlows: 0 }), {
    message: "Cannot make AutoBNAFNormal: numFlows is 0, expected a positive integer",
  });
});
