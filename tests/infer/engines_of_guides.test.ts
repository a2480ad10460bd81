import assert from "node:assert/strict";
import { adam, ASVGD, AutoDAIS, AutoLowRankMultivariateNormal, AutoNormal, AutoSemiDAIS } from "../../mod.ts";
import {
  AutoStructured,
  Bernoulli,
  Beta,
  collapse,
  cond,
  graphicalKernel,
  HalfNormal,
  key,
} from "../../mod.ts";
import { minimalReparam, mixtureKernel, Normal, plate, plateStack, ProjectedNormal } from "../../mod.ts";
import {
  randomFeatureKernel,
  reparam,
  sample,
  scan,
  Stable,
  subsample,
  SVI,
  type Tensor,
  tf,
} from "../../mod.ts";
import type { EngineName } from "../../lib/compile/mod.ts";
import { present } from "../compile/engines.ts";

const quiet = { progress: false }, STEPS = 4, x = tf.tensor([0.5, 1, -0.3]) as Tensor;

/** A mean and a number for each of three members, of whom two take part. */
const top = () => sample("mean", new Normal(0, 1));
function members(mean: Tensor) {
  using _data = plate("data", 3, { subsampleSize: 2 });
  sample("x", new Normal(sample("own", new Normal(mean, 0.5)), 1), { obs: subsample(x, 0) });
}
const hierarchy = () => members(top());

function walk() {
  const scale = sample("scale", new HalfNormal(1));
  const step = (before: Tensor, x: Tensor): [Tensor, null] => {
    const z = sample("z", new Normal(before, scale));
    sample("x", new Normal(z, 0.5), { obs: x });
    return [z, null];
  };
  scan(step, tf.scalar(0) as Tensor, x);
}

function pair() {
  const a = sample("a", new Normal(tf.zeros([2]), 1).toEvent(1));
  sample("b", new HalfNormal(a.square().sum().add(0.1)));
}

/** The handlers in one model: a site summed out, two branches, missing data, other ways to draw. */
function handled() {
  const p = sample("p", new Beta(2, 3)), direction = sample("direction", new ProjectedNormal([1, 0.5]));
  const shock = sample("shock", new Stable(1.3, 0.4)), isUp = sample("level", new Normal(0, 1)).greater(0);
  const shift = cond(isUp, () => sample("up", new Normal(1, 0.5)), () => tf.scalar(0) as Tensor, null);
  sample("noisy", new Stable(1.6, 0, 1, shock.add(shift)), { obs: 1 });
  sample("angled", new Normal(direction.sum(), 1), { obs: 0.5 });
  using _cells = plateStack("cells", [2, 3]);
  sample("heads", new Bernoulli(p), { obs: [[1, 0, 1], [0, 0, 1]] });
  sample("seen", new Normal(shift, 1), { obs: [[1, 2, 0], [0, 1, 0]], obsMask: [[1, 1, 0], [1, 1, 1]] });
}

const conditional = (size: number) => sample("deviation", new Normal(0, 0.3).expand([size]).toEvent(1));

/** Runs a few steps in an engine, and returns the losses and the numbers of all parameters. */
type Run = (engine: EngineName) => Promise<number[]>;

const trained = (model: () => void, guide: (...args: any[]) => unknown): Run => async (engine) => {
  const svi = new SVI(model, guide, adam({ lr: 0.05 }), undefined, { engine });
  const { losses, params } = await svi.run(key(3), STEPS, [], quiet);
  await svi.release();
  return [...losses, ...Object.values(params).flatMap((value) => [...value.dataSync()])];
};

const ready = reparam(collapse(handled, ["p"]), minimalReparam());
const cases: Record<string, Run> = {
  "collapse, cond, plateStack, obsMask and the ways of minimalReparam": trained(ready, new AutoNormal(ready)),
  AutoSemiDAIS: trained(
    hierarchy,
    new AutoSemiDAIS(hierarchy, members, new AutoNormal(top), { numSteps: 2 }),
  ),
  AutoDAIS: trained(pair, new AutoDAIS(pair, { numSteps: 2, baseDist: "cholesky" })),
  "AutoStructured along a scan, and by a function": trained(
    walk,
    new AutoStructured(walk, { conditionals: { z: "autoregressive", scale: conditional } }),
  ),
  AutoLowRankMultivariateNormal: trained(pair, new AutoLowRankMultivariateNormal(pair)),
  "ASVGD by random features and by parameters": async (engine) => {
    const kernel = mixtureKernel([randomFeatureKernel({ numFeatures: 8 }), graphicalKernel()]);
    const asvgd = new ASVGD(pair, adam({ lr: 0.05 }), { numSteps: STEPS, numParticles: 4, kernel, engine });
    const { losses, samples } = await asvgd.run(key(3), STEPS, [], quiet);
    await asvgd.release();
    return [...losses, ...samples.a.dataSync(), ...samples.b.dataSync()];
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test(`${name}: training is the same in every engine`, async () => {
    const expected = await run("js");
    assert.ok(expected.length > STEPS && expected.every(Number.isFinite), `${expected}`);
    for (const engine of present.filter((engine) => engine !== "js")) {
      (await run(engine)).forEach((value, i) => {
        const error = Math.abs(value - expected[i]) / (1 + Math.abs(expected[i]));
        assert.ok(error < 1e-4, `${engine}, number ${i}: ${value}, in js ${expected[i]}`);
      });
    }
  });
}
