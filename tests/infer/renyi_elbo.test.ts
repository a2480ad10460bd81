import assert from "node:assert/strict";
import { compile, valueAndGrad, vmap } from "../../lib/compile/mod.ts";
import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { adam, RenyiELBO, SVI, TraceELBO, tracePair } from "../../lib/infer/mod.ts";
import { sample, substitute } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";
import { close, conjugate, data, exactEvidence, exactPosterior, item, normalGuide } from "./models.ts";

const guideAt = (loc: number, scale: number) => substitute(normalGuide, { data: { loc, scale } });

/** Minus the bound of log weights, as Pyro writes it. */
function byHand(weights: readonly number[], alpha: number): number {
  const powers = weights.map((w) => (1 - alpha) * w), peak = Math.max(...powers);
  const sum = powers.reduce((t, p) => t + Math.exp(p - peak), 0);
  return -(Math.log(sum / weights.length) + peak) / (1 - alpha);
}

for (const alpha of [-1, 0, 0.5, 2]) {
  Deno.test(`RenyiELBO is Pyro's formula of the particles' weights: alpha ${alpha}`, () => {
    const key = random.key(4), guide = guideAt(2.5, 0.5), numParticles = 5;
    const weights = Array.from({ length: numParticles }, (_, i) => {
      const { model, guide: q } = tracePair(key.foldIn(i), conjugate, guide, [data]);
      return item(model.logProbSum()) - item(q.logProbSum());
    });
    const loss = item(new RenyiELBO({ alpha, numParticles }).loss(key, conjugate, guide, [data]));
    close(loss, byHand(weights, alpha), 1e-4);
  });

  for (const vectorizeParticles of [false, true]) {
    Deno.test(`RenyiELBO of the posterior is the log evidence: alpha ${alpha}, ${vectorizeParticles ? "a plate" : "a loop"}`, () => {
      const { mean, sd } = exactPosterior(), elbo = new RenyiELBO({ alpha, vectorizeParticles });
      close(item(elbo.loss(random.key(1), conjugate, guideAt(mean, sd), [data])), -exactEvidence(), 1e-3);
    });
  }
}

Deno.test("the bound grows with the number of particles and falls with alpha, and lies below the evidence", () => {
  const guide = guideAt(2.5, 0.5);
  const loss = (elbo: RenyiELBO | TraceELBO) =>
    Array.from({ length: 40 }, (_, i) => item(elbo.loss(random.key(i), conjugate, guide, [data])))
      .reduce((a, b) => a + b) / 40;
  const losses = [
    new RenyiELBO({ numParticles: 100, vectorizeParticles: true }),
    new RenyiELBO({ numParticles: 10, vectorizeParticles: true }),
    new RenyiELBO({ alpha: 0.5, numParticles: 10, vectorizeParticles: true }),
    new TraceELBO({ numParticles: 10, vectorizeParticles: true }),
    new RenyiELBO({ alpha: 3, numParticles: 10, vectorizeParticles: true }),
  ].map(loss);
  assert.deepEqual(losses, losses.toSorted((a, b) => a - b));
  assert.ok(losses[0] > -exactEvidence() - 0.05);
});

// --- draws that are not reparameterised

const logits = [0.3, -0.6];
const model = () => {
  const a = sample("a", new Bernoulli(0.4));
  const b = sample("b", new Bernoulli({ logits: a.mul(2).sub(1) }));
  sample("x", new Normal(a.add(b), 1), { obs: 1.5 });
};
const guide = (l: Tensor) => () => {
  const [a, b] = tf.unstack(l);
  sample("a", new Bernoulli({ logits: a }));
  sample("b", new Bernoulli({ logits: b }));
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logOdds = (logit: number, z: number): number => Math.log(z ? sigmoid(logit) : 1 - sigmoid(logit));

/** Minus the bound's expectation over K particles, by a sum over all outcomes of all of them. */
function exactLoss(at: readonly number[], alpha: number, count: number): number {
  const outcomes = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([a, b]) => {
    const logQ = logOdds(at[0], a) + logOdds(at[1], b);
    const logP = Math.log(a ? 0.4 : 0.6) + logOdds(2 * a - 1, b) - 0.5 * (1.5 - a - b) ** 2 -
      0.5 * Math.log(2 * Math.PI);
    return { q: Math.exp(logQ), weight: logP - logQ };
  });
  let loss = 0;
  for (let k = 0; k < 4 ** count; k++) {
    const drawn = Array.from({ length: count }, (_, i) => outcomes[Math.floor(k / 4 ** i) % 4]);
    loss += drawn.reduce((p, { q }) => p * q, 1) * byHand(drawn.map(({ weight }) => weight), alpha);
  }
  return loss;
}

for (const [alpha, numParticles] of [[0, 2], [0, 3], [0.5, 2], [2, 3]]) {
  for (const vectorizeParticles of [false, true]) {
    const how = vectorizeParticles ? "a plate" : "a loop";
    Deno.test(`RenyiELBO has the exact gradient through discrete draws: alpha ${alpha}, ${numParticles} particles in ${how}`, async () => {
      const elbo = new RenyiELBO({ alpha, numParticles, vectorizeParticles }), count = 20_000;
      const run = compile((l: Tensor, key: Key) =>
        vmap(
          (l: Tensor, k: Key) => valueAndGrad((given: Tensor) => elbo.loss(k, model, guide(given), []))(l),
          { inAxes: [null, 0], size: count },
        )(l, key)
      );
      const { value, grad } = await run(tf.tensor1d(logits), random.key(1));
      await run.release();
      close(item((value as Tensor).mean()), exactLoss(logits, alpha, numParticles), 0.02, "loss");
      logits.forEach((_, i) => {
        const at = (step: number) => exactLoss(logits.with(i, logits[i] + step), alpha, numParticles);
        const expected = (at(1e-5) - at(-1e-5)) / 2e-5;
        const each = Array.from(tf.slice(grad as Tensor, [0, i], [-1, 1]).dataSync());
        const mean = each.reduce((a, b) => a + b) / count;
        const error = Math.sqrt(each.reduce((t, g) => t + (g - mean) ** 2, 0)) / count;
        close(mean, expected, 4 * error, `gradient ${i}`);
      });
    });
  }
}

Deno.test("RenyiELBO trains in SVI, in all engines alike", async () => {
  const states: Float32Array[] = [];
  for (const engine of [...present, "tfjs"] as const) {
    const elbo = new RenyiELBO({ numParticles: 4 });
    const svi = new SVI(conjugate, normalGuide, adam({ lr: 0.05 }), elbo, { engine });
    const { state } = await svi.run(random.key(0), 10, [data], { progress: false });
    states.push(Float32Array.from(["loc", "scale"].map((name) => state.params[name].data[0])));
    await svi.release();
  }
  for (const other of states.slice(1)) other.forEach((value, i) => close(value, states[0][i], 1e-4));
});

Deno.test("RenyiELBO throws on orders and numbers of particles that make no bound", () => {
  const cases: [ConstructorParameters<typeof RenyiELBO>[0], string][] = [
    [{ alpha: 1 }, "alpha is 1, expected any other number; in the limit of 1 the bound is that of TraceELBO"],
    [{ alpha: NaN }, "alpha is NaN, expected a number"],
    [{ alpha: Infinity }, "alpha is Infinity, expected a number"],
    [{ alpha: "0" as unknown as number }, 'alpha is "0", expected a number'],
    [{ numParticles: 1 }, "numParticles is 1, expected an integer of at least 2"],
    [{ numParticles: 2.5 }, "numParticles is 2.5, expected an integer of at least 2"],
  ];
  for (const [options, why] of cases) {
    assert.throws(() => new RenyiELBO(options), new Error(`Cannot make RenyiELBO: ${why}`));
  }
  assert.throws(() => new RenyiELBO({ order: 2 } as object), /Cannot make RenyiELBO.*order/);
});
