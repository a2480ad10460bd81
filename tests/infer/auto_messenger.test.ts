import assert from "node:assert/strict";
import {
  adam,
  affineOfPrior,
  aroundPriorMean,
  AutoMessenger,
  AutoNormal,
  exponentialDecay,
} from "../../mod.ts";
import {
  Cauchy,
  type FromPrior,
  HalfNormal,
  Importance,
  key,
  Normal,
  param,
  plate,
  Predictive,
} from "../../mod.ts";
import { sample, scan, SVI, tf, TraceELBO } from "../../mod.ts";
import { deterministic } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { random, type Tensor } from "./tensors.ts";

const quiet = { progress: false }, lr = exponentialDecay({ init: 0.05, rate: 0.05, every: 600 });

/** Three numbers close to their mean, with an observation each. */
function model(size = 3) {
  const mean = sample("mean", new Normal(0, 2)), width = param("width", 1);
  using _data = plate("data", 3, { subsampleSize: size });
  const own = sample("own", new Normal(mean, 0.2));
  deterministic("twice", own.mul(2));
  sample("x", new Normal(own, width.abs()), { obs: tf.tensor([1, 2, 3]).slice([0], [size]) });
}

async function boundOf(guide: AutoMessenger | AutoNormal, run: () => void = model): Promise<number> {
  const loss = new TraceELBO({ numParticles: 4, vectorizeParticles: true });
  const svi = new SVI(run, guide, adam({ lr }), loss), { params } = await svi.run(key(0), 600, [], quiet);
  await svi.release();
  params.width = tf.scalar(1) as Tensor;
  const { logWeights } = await new Importance(run, { guide, params, numSamples: 2000 }).run(key(1));
  return moments(logWeights).mean;
}

Deno.test("numbers that follow the prior's mean have a nearer posterior than independent ones", async () => {
  const fixed = () => model();
  const apart = await boundOf(new AutoNormal(fixed), fixed);
  const follows = await boundOf(new AutoMessenger(fixed, aroundPriorMean()), fixed);
  const affine = await boundOf(new AutoMessenger(fixed, affineOfPrior()), fixed);
  // The largest gain is that of the correlation of each number with the mean: the others' is left.
  assert.ok(follows > apart + 0.5 && affine > apart + 0.5, `${apart}, ${follows}, ${affine}`);
});

Deno.test("a prior that is the posterior is found at once, on any support, and draws agree with Predictive", async () => {
  const prior = () => void sample("s", new HalfNormal(sample("t", new HalfNormal(1)).add(0.5)));
  const guide = new AutoMessenger(prior, affineOfPrior());
  const { params } = await new SVI(prior, guide, adam({ lr: 1e-6 })).run(key(0), 2, [], quiet);
  const { logWeights } = await new Importance(prior, { guide, params, numSamples: 50 }).run(key(1));
  assert.ok(logWeights.every((w) => Math.abs(w) < 1e-3), `${logWeights}`);
  const own = guide.sampleLatent(key(2), params, [300]).s;
  assert.deepEqual(own.shape, [300]);
  const { s } = await new Predictive(prior, { guide, params, numSamples: 300 })(key(3));
  const [a, b] = [own, s].map((draws) => moments([...draws.dataSync()]).mean);
  assert.ok(Math.abs(a - b) < 0.3, `${a}, ${b}`);
  assert.deepEqual(guide.sampleLatent(random.key(2), params, [2, 3]).t.shape, [2, 3]);
});

Deno.test("members of a plate that subsamples have their own parameters; a site may have a way of its own", async () => {
  const some = () => model(2);
  const fixed: FromPrior = ({ transform, param }) => new Normal(transform.forward(param("loc", 1)), 0.1);
  const guide = new AutoMessenger(some, { mean: fixed, own: aroundPriorMean({ initScale: 0.2 }) });
  const { params, losses } = await new SVI(some, guide, adam({ lr })).run(key(0), 50, [], quiet);
  assert.deepEqual(Object.keys(params).sort(), [
    "mean_auto_loc",
    "own_auto_loc",
    "own_auto_scale",
    "own_auto_weight",
    "width",
  ]);
  assert.deepEqual(params.own_auto_weight.shape, [3]);
  assert.ok(losses.every(Number.isFinite));
});

Deno.test("mistakes are told", async () => {
  const reject = (run: () => void, guide: AutoMessenger, message: RegExp) =>
    assert.rejects(new SVI(run, guide, adam({ lr })).init(key(0)), message);
  const fixed = () => model();
  await reject(
    fixed,
    new AutoMessenger(fixed, { mean: affineOfPrior() }),
    /site "own" has no way among those given/,
  );
  const walk = () =>
    void scan((z: Tensor) => [sample("z", new Normal(z, 1)), null], tf.scalar(0) as Tensor, null, {
      length: 2,
    });
  await reject(
    walk,
    new AutoMessenger(walk, affineOfPrior()),
    /site "z" is in a scan; AutoStructured has sites/,
  );
  const heavy = () => void sample("z", new Cauchy(0, 1));
  await reject(heavy, new AutoMessenger(heavy, aroundPriorMean()), /Cannot make Normal: loc has NaN/);
  assert.throws(() => new AutoMessenger(heavy, affineOfPrior()).median(), /it has no closed form/);
});
