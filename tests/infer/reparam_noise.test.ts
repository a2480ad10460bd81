import assert from "node:assert/strict";
import {
  adam,
  conjugateReparam,
  exponentialDecay,
  Importance,
  key,
  latentStableReparam,
  MCMC,
} from "../../mod.ts";
import { minimalReparam, NUTS, projectedNormalReparam, type Reparam, reparam } from "../../mod.ts";
import { sample, seed, stableReparam, substitute, SVI, symmetricStableReparam, trace } from "../../mod.ts";
import { Beta, Binomial, constraints, Dirichlet, type Distribution } from "../../lib/distributions/mod.ts";
import { ExpTransform, Gamma, Multinomial, Normal, Poisson } from "../../lib/distributions/mod.ts";
import { ProjectedNormal, Stable, TransformedDistribution } from "../../lib/distributions/mod.ts";
import { compile, grad } from "../../lib/compile/mod.ts";
import { param, plate } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { close, item } from "./models.ts";
import type { Key } from "../../lib/tensor/mod.ts";
import { random, type Tensor, tf } from "./tensors.ts";

const values = (t: Tensor): number[] => [...t.dataSync()], quiet = { progress: false };

/** Holds numbers against the characteristic function of the standard stable distribution. */
function assertStable(draws: Tensor, stability: number, skew: number): void {
  const x = values(draws), tolerance = 4 / Math.sqrt(x.length);
  for (const t of [0.3, 1, 2]) {
    const turn = stability === 1
      ? 2 / Math.PI * Math.log(t)
      : Math.tan(Math.PI * stability / 2) * (t ** (1 - stability) - 1);
    const size = Math.exp(-(t ** stability)), phase = -(t ** stability) * skew * turn;
    close(moments(x.map((v) => Math.cos(t * v))).mean, size * Math.cos(phase), tolerance, `cos at ${t}`);
    close(moments(x.map((v) => Math.sin(t * v))).mean, size * Math.sin(phase), tolerance, `sin at ${t}`);
  }
}

Deno.test("draws of Stable, by rsample or any way, have its characteristic function, at stability 1 too", async () => {
  const cases = [[1.5, 0.7], [1, 0.5], [1.0001, -0.9], [0.6, 1], [1.9, 0], [0.8, 0]] as const;
  for (const [stability, skew] of cases) {
    const distribution = new Stable(stability, skew).expand([4000]).toEvent(1);
    const ways: (Reparam | undefined)[] = [undefined, latentStableReparam(), stableReparam()];
    if (skew === 0) ways.push(symmetricStableReparam());
    for (const way of ways) {
      const model = () => sample("x", distribution);
      const draw = compile((k: Key) => seed(way ? reparam(model, { x: way }) : model, k)(), {
        engine: "js",
      });
      assertStable(await draw(key(5)), stability, skew);
      await draw.release();
    }
  }
});

Deno.test("derivatives of stable draws are finite and continuous at stability 1, and at its ends", () => {
  const at = (stability: number, skew: number) => {
    const f = (a: Tensor) => new Stable(a, skew).expand([50]).rsample(key(1)).sum() as Tensor;
    return item(grad(f)(tf.scalar(stability)) as Tensor);
  };
  const below = at(0.9999, 0.5), above = at(1.0001, 0.5), middle = at(1, 0.5);
  close(middle / below, 1, 0.01);
  close(middle / above, 1, 0.01);
  assert.ok([0.2, 2].every((stability) => Number.isFinite(at(stability, 1))));
});

Deno.test("chains find the location of data with stable noise", async () => {
  const obs = values(new Stable(1.6, 0.4, 0.5, 3).sample(random.key(3), [6]));
  const model = () => {
    const loc = sample("loc", new Normal(0, 10));
    sample("x", new Stable(1.6, 0.4, 0.5, loc).expand([6]).toEvent(1), { obs });
  };
  const mcmc = new MCMC(new NUTS(reparam(model, minimalReparam())), { numWarmup: 150, numSamples: 100 });
  const { samples } = await mcmc.run(key(0), [], quiet);
  const { mean, sd } = moments(samples.loc.data);
  assert.ok(Math.abs(mean - 3) < 4 * sd && sd < 1 && sd > 0.1, `${mean}, ${sd}`);
  await mcmc.release();
});

Deno.test("minimalReparam takes what cannot be scored, and what is transformed from it", () => {
  const logs = (distribution: Distribution) =>
    new TransformedDistribution(distribution, [new ExpTransform()]);
  const model = () => {
    const a = sample("a", logs(new Stable(1.2, 0.1).expand([2]).toEvent(1)));
    const b = sample("b", new ProjectedNormal([0, 0, 0]).expand([2]).toEvent(1));
    const c = sample("c", new Normal(a.sum().add(b.sum()), 1));
    sample("d", logs(new Stable(1.5, 0, 1, c)), { obs: 2 });
    sample("e", new ProjectedNormal([1, 0]), { obs: [0, 1] });
  };
  const run = trace(seed(reparam(model, minimalReparam()), key(0))).get();
  assert.deepEqual(
    run.stochasticSites.map(({ name }) => name),
    ["a_base_uniform", "a_base_exponential", "b_normal", "c", "d_base_uniform", "d_base_exponential"],
  );
  assert.deepEqual(run.value("b").shape, [2, 3]);
  assert.ok(Number.isFinite(item(run.logProbSum())));
  assert.throws(() => trace(seed(model, key(0))).get().logProbSum(), /minimalReparam\(\)/);
});

Deno.test("a direction by a normal vector has the distribution of its draws, and a derivative at 0", () => {
  const distribution = new ProjectedNormal([1, -0.5]).expand([8000]);
  const model = reparam(() => sample("x", distribution), { x: projectedNormalReparam() });
  const own = values(seed(model, key(0))().mean(0));
  values(distribution.sample(random.key(1)).mean(0)).forEach((mean, i) => close(own[i], mean, 0.03));
  const value = (vector: Tensor): Tensor => {
    const at = reparam(() => sample("x", new ProjectedNormal([0, 0])), { x: projectedNormalReparam() });
    const x = seed(substitute(at, { data: { x_normal: vector } }), key(0))();
    return x.mul(tf.tensor1d([1, 2])).sum();
  };
  // Along the first axis nothing turns it.
  assert.deepEqual(values(grad(value)(tf.zeros([2])) as Tensor), [0, 2]);
});

Deno.test("drawn from its conjugate posterior a site's weights are the evidence", async () => {
  const models: Record<string, [() => void, Distribution, number]> = {
    beta: [
      () => void sample("x", new Binomial(10, sample("z", new Beta(1, 1))), { obs: 4 }),
      new Beta(5, 7),
      -Math.log(11),
    ],
    gamma: [
      () => void sample("x", new Poisson(sample("z", new Gamma(1, 1))), { obs: 2 }),
      new Gamma(3, 1),
      -Math.log(8),
    ],
    dirichlet: [
      () =>
        void sample("x", new Multinomial(2, { probs: sample("z", new Dirichlet([1, 1])) }), { obs: [1, 1] }),
      new Dirichlet([2, 2]),
      -Math.log(3),
    ],
    normal: [
      () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 2 }),
      new Normal(2, 1),
      -1 - 0.5 * Math.log(4 * Math.PI),
    ],
  };
  for (const [name, [model, likelihood, evidence]] of Object.entries(models)) {
    const updated = reparam(model, { z: conjugateReparam(likelihood) });
    const { logEvidence, ess } = await new Importance(updated, { numSamples: 20 }).run(key(0));
    close(logEvidence, evidence, 1e-4, name);
    close(ess, 20, 1e-3, name);
  }
});

Deno.test("a conjugate guide is learned where its likelihood is not", async () => {
  const model = () => {
    const z = sample("z", new Normal(0, 1));
    sample("x", new Normal(z.mul(2), 1), { obs: 3 });
  };
  const learned = () => new Normal(param("loc", 0), param("scale", 1, { constraint: constraints.positive }));
  const updated = reparam(model, { z: conjugateReparam(learned) });
  const svi = new SVI(
    updated,
    () => {},
    adam({ lr: exponentialDecay({ init: 0.1, rate: 0.1, every: 1000 }) }),
  );
  const { params } = await svi.run(key(0), 1000, [], quiet);
  // The likelihood is that of z from Normal(1.5, 0.5).
  close(item(params.loc), 1.5, 0.1);
  close(item(params.scale), 0.5, 0.05);
  const many = () => {
    using _two = plate("two", 2);
    sample("x", new Normal(0, 1));
  };
  const run = trace(seed(reparam(many, { x: conjugateReparam(new Normal(0, 1)) }), key(0))).get();
  const [first, second] = values(run.value("x"));
  assert.notEqual(first, second);
  assert.throws(
    () =>
      seed(reparam(() => sample("x", new Stable(1, 0)), { x: conjugateReparam(new Normal(0, 1)) }), key(0))(),
    /Cannot fuse Stable with Normal: expected two of one family, of Beta, Gamma, Dirichlet, Normal/,
  );
});
