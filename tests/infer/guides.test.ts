import assert from "node:assert/strict";
import {
  adam,
  AutoDAIS,
  AutoDelta,
  AutoDiagonalNormal,
  type AutoGuide,
  AutoGuideList,
} from "../../lib/infer/mod.ts";
import { AutoLaplace, AutoLowRankMultivariateNormal, AutoMultivariateNormal } from "../../lib/infer/mod.ts";
import {
  AutoNormal,
  AutoStructured,
  exponentialDecay,
  Importance,
  SVI,
  TraceELBO,
} from "../../lib/infer/mod.ts";
import { AutoBNAFNormal, AutoIAFNormal } from "../../lib/nn/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { sample, scan } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), quiet = { progress: false };

/** Four normal numbers; the evidence is 1, so that an ELBO is minus the divergence. */
function model() {
  const a = sample("a", new Normal(tf.zeros([2]), 1).toEvent(1));
  const [first, second] = tf.unstack(a, -1);
  sample("b", new Normal(tf.stack([first.add(second.mul(0.5)), first.neg()], -1) as Tensor, 0.5).toEvent(1));
}

/** Minus half the log determinants of the precisions of parts that a guide keeps apart. */
const apart = (...determinants: number[]) =>
  -0.5 * (determinants.reduce((sum, d) => sum + Math.log(d), 0) - 4 * Math.log(2));

/** What theory says of each guide: the bounds of its ELBO, and of k-hat. Flows have heavy tails. */
const guides: Record<string, { guide: AutoGuide; elbo: [least: number, most: number]; k: [number, number] }> =
  {
    AutoNormal: { guide: new AutoNormal(model), elbo: [apart(9, 2, 4, 4), apart(9, 2, 4, 4)], k: [0.4, 2] },
    AutoDiagonalNormal: {
      guide: new AutoDiagonalNormal(model),
      elbo: [apart(9, 2, 4, 4), apart(9, 2, 4, 4)],
      k: [0.4, 2],
    },
    AutoGuideList: {
      guide: new AutoGuideList(model, [
        new AutoMultivariateNormal(model, { expose: ["a"], prefix: "a" }),
        new AutoMultivariateNormal(model, { hide: ["a"], prefix: "b" }),
      ]),
      elbo: [apart(14, 16), apart(14, 16)],
      k: [0.4, 2],
    },
    "AutoLowRankMultivariateNormal, rank 1": {
      guide: new AutoLowRankMultivariateNormal(model, { rank: 1 }),
      elbo: [apart(9, 2, 4, 4) + 0.3, -0.05],
      k: [0.2, 2],
    },
    "AutoDAIS, 8 steps": {
      guide: new AutoDAIS(model, { numSteps: 8, stepSize: 0.1, maxStepSize: 0.5 }),
      elbo: [apart(9, 2, 4, 4) + 0.3, 0],
      k: [-1, 2],
    },
    AutoMultivariateNormal: { guide: new AutoMultivariateNormal(model), elbo: [0, 0], k: [-1, 0.5] },
    AutoStructured: { guide: new AutoStructured(model), elbo: [0, 0], k: [-1, 0.5] },
    AutoLaplace: { guide: new AutoLaplace(model), elbo: [0, 0], k: [-1, 0.5] },
    AutoIAFNormal: { guide: new AutoIAFNormal(model, { numFlows: 2 }), elbo: [-0.15, 0], k: [-1, 0.7] },
    AutoBNAFNormal: {
      guide: new AutoBNAFNormal(model, { hiddenFactors: [4] }),
      elbo: [-0.3, 0],
      k: [-1, 1.3],
    },
  };

async function fitted(guide: AutoGuide, numSamples = 2000): Promise<{ elbo: number; k: number }> {
  const lr = exponentialDecay({ init: 0.03, rate: 0.03, every: 600 });
  const svi = new SVI(
    model,
    guide,
    adam({ lr }),
    new TraceELBO({ numParticles: 8, vectorizeParticles: true }),
  );
  const { params } = await svi.run(key, 600, [], quiet);
  await svi.release();
  if (guide instanceof AutoLaplace) guide.laplaceApproximation(params);
  const importance = new Importance(model, { guide, params, numSamples });
  const { logWeights, k } = await importance.run(random.key(1));
  await importance.release();
  return { elbo: logWeights.reduce((a, b) => a + b) / numSamples, k };
}

/** Guides of which each has all distributions of the one before: their bounds rise. */
const nested: readonly (readonly string[])[] = [
  ["AutoNormal", "AutoGuideList", "AutoMultivariateNormal"],
  ["AutoDiagonalNormal", "AutoLowRankMultivariateNormal, rank 1", "AutoMultivariateNormal"],
  ["AutoGuideList", "AutoStructured"],
  ["AutoNormal", "AutoDAIS, 8 steps"],
  ["AutoNormal", "AutoIAFNormal"],
  ["AutoNormal", "AutoBNAFNormal"],
];

Deno.test("each guide's ELBO and k-hat are those that theory says of a normal posterior", async () => {
  const rows: string[] = [], wrong: string[] = [], bounds: Record<string, number> = {};
  for (const [name, { guide, elbo: [least, most], k: [lowest, highest] }] of Object.entries(guides)) {
    const { elbo, k } = await fitted(guide), row = `${name}: ELBO ${elbo.toFixed(3)}, k-hat ${k.toFixed(2)}`;
    rows.push(row);
    bounds[name] = elbo;
    const fits = elbo > least - 0.06 && elbo < most + 0.03 && (Number.isNaN(k) || k > lowest && k < highest);
    if (!fits) wrong.push(`${row}, expected ${[least, most]} and ${[lowest, highest]}`);
  }
  assert.deepEqual(wrong, [], rows.join("\n"));
  for (const names of nested) {
    names.slice(1).forEach((name, i) =>
      assert.ok(bounds[names[i]] < bounds[name] + 0.03, `${names[i]} above ${name}\n${rows.join("\n")}`)
    );
  }
});

Deno.test("AutoDelta finds the mode of that posterior", async () => {
  const svi = new SVI(
    model,
    new AutoDelta(model),
    adam({ lr: exponentialDecay({ init: 0.1, rate: 0.01, every: 300 }) }),
  );
  const { params } = await svi.run(key, 300, [], quiet);
  await svi.release();
  for (const { value } of Object.values(params).map((p) => ({ value: p.abs().max().dataSync()[0] }))) {
    assert.ok(value < 0.02, `${value}`);
  }
});

Deno.test("an autoregressive conditional is exact for a random walk seen through noise", async () => {
  const steps = 6, obs = [0.5, 1, 0.2, -0.3, 0.8, 1.5];
  function walk() {
    const step = (before: Tensor, x: Tensor): [Tensor, null] => {
      const z = sample("z", new Normal(before, 0.5));
      sample("x", new Normal(z, 0.5), { obs: x });
      return [z, null];
    };
    scan(step, tf.scalar(0), tf.tensor(obs));
  }
  const guide = new AutoStructured(walk, { conditionals: "autoregressive" });
  const lr = exponentialDecay({ init: 0.03, rate: 0.03, every: 1200 });
  const svi = new SVI(walk, guide, adam({ lr }), new TraceELBO({ numParticles: 8 }));
  const { params } = await svi.run(key, 1200, [], quiet);
  await svi.release();
  // The mean solves precision z = 4 obs; forwards, a step depends on the one before by 4 / P_t,
  // where P_t is what is left of its precision once later steps are summed out.
  const left = Array<number>(steps).fill(0), pull = Array<number>(steps).fill(0);
  for (let t = steps - 1; t >= 0; t--) {
    left[t] = 8 + (t < steps - 1 ? 4 - 16 / left[t + 1] : 0);
    pull[t] = 4 * obs[t] + (t < steps - 1 ? 4 * pull[t + 1] / left[t + 1] : 0);
  }
  const mean: number[] = [];
  left.forEach((p, t) => mean.push((pull[t] + (t > 0 ? 4 * mean[t - 1] : 0)) / p));
  const near = (name: string, expected: readonly number[], by: number) =>
    expected.forEach((v, i) => {
      const found = params[name].dataSync()[i];
      assert.ok(Math.abs(found - v) < by, `${name}[${i}] is ${found}, expected ${v}`);
    });
  near("z_auto_loc", mean, 0.06);
  near("z_auto_scale", left.map((p) => 1 / Math.sqrt(p)), 0.04);
  near("z_auto_transition", left.slice(1).map((p) => 4 / p), 0.1);
  const posterior = guide.getPosterior(params), draws = posterior.sample(random.key(2), [3]);
  const [own, again] = [draws, draws.clone()].map((x) => posterior.logProb(x).dataSync());
  own.forEach((v: number, i: number) => assert.ok(Math.abs(v - again[i]) < 1e-3));
  assert.deepEqual(guide.sampleLatent(key, params, [2]).z.shape, [2, steps]);
});
