import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { Bernoulli, Gamma, LogNormal, Normal } from "../../lib/distributions/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { plate, sample, substitute } from "../../lib/ppl/mod.ts";
import { type Key, random, sigmoid, type Tensor, tf } from "./tensors.ts";
import { close, conjugate, data, exactEvidence, exactPosterior, item, normalGuide } from "./models.ts";

const lossAt = (elbo: TraceELBO | TraceMeanFieldELBO, key: Key, loc: number, scale: number): number =>
  item(elbo.loss(key, conjugate, substitute(normalGuide, { data: { loc, scale } }), [data]));

Deno.test("TraceELBO is the negative log evidence whatever is drawn, where the guide is the posterior", () => {
  const { mean, sd } = exactPosterior();
  for (let seed = 0; seed < 5; seed++) {
    close(lossAt(new TraceELBO(), random.key(seed), mean, sd), -exactEvidence(), 1e-3);
  }
});

Deno.test("TraceELBO is log q - log p at the value drawn, by hand", () => {
  const key = random.key(3), [forGuide] = key.split(2);
  const eps = item(forGuide.split(2)[1].draw("normal", []));
  const [loc, scale] = [0.5, 0.7], mu = loc + scale * eps;
  const normal = (x: number, m: number, s: number) =>
    -0.5 * ((x - m) / s) ** 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
  const logP = normal(mu, 0, 2) + Array.from(data.dataSync()).reduce((t, x) => t + normal(x, mu, 1), 0);
  close(lossAt(new TraceELBO(), key, loc, scale), normal(mu, loc, scale) - logP, 1e-3);
});

/** The negative ELBO of the conjugate model with a normal guide, and its derivatives. */
function exactLoss(loc: number, scale: number): { value: number; dLoc: number; dScale: number } {
  const x = Array.from(data.dataSync()), n = x.length;
  const fit = x.reduce((t, xi) => t + 0.5 * ((xi - loc) ** 2 + scale ** 2) + 0.5 * Math.log(2 * Math.PI), 0);
  const kl = Math.log(2 / scale) + (scale ** 2 + loc ** 2) / 8 - 0.5;
  return {
    value: fit + kl,
    dLoc: x.reduce((t, xi) => t + loc - xi, 0) + loc / 4,
    dScale: n * scale + scale / 4 - 1 / scale,
  };
}

for (
  const [name, elbo] of [
    ["a loop of particles", new TraceELBO({ numParticles: 4000 })],
    ["vectorised particles", new TraceELBO({ numParticles: 4000, vectorizeParticles: true })],
    ["the divergence in closed form", new TraceMeanFieldELBO({ numParticles: 4000 })],
    ["both", new TraceMeanFieldELBO({ numParticles: 4000, vectorizeParticles: true })],
  ] as const
) {
  Deno.test(`value and gradient approach the exact ones with ${name}`, async () => {
    const [loc, scale] = [2.5, 0.5], exact = exactLoss(loc, scale);
    const run = compile((p: { loc: Tensor; scale: Tensor }, key: Key) =>
      valueAndGrad((q: { loc: Tensor; scale: Tensor }) =>
        elbo.loss(key, conjugate, substitute(normalGuide, { data: q }), [data])
      )(p)
    );
    const { value, grad } = await run({ loc: tf.scalar(loc), scale: tf.scalar(scale) }, random.key(0));
    close(item(value), exact.value, 0.5, "loss");
    close(item(grad.loc), exact.dLoc, 0.6, "d loss / d loc");
    close(item(grad.scale), exact.dScale, 0.6, "d loss / d scale");
    await run.release();
  });
}

Deno.test("TraceMeanFieldELBO has less variance than TraceELBO", () => {
  const spread = (elbo: TraceELBO | TraceMeanFieldELBO): number => {
    const draws = Array.from({ length: 60 }, (_, i) => lossAt(elbo, random.key(i), 0, 2));
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    return draws.reduce((t, d) => t + (d - mean) ** 2, 0);
  };
  const narrow = { kl: spread(new TraceMeanFieldELBO()), sampled: spread(new TraceELBO()) };
  assert.notEqual(narrow.kl, narrow.sampled);
  const constant = (x?: Tensor) => void sample("mu", new Normal(x === undefined ? 1 : 1, 3));
  const atPrior = (elbo: TraceELBO | TraceMeanFieldELBO, i: number) =>
    item(elbo.loss(random.key(i), constant, substitute(normalGuide, { data: { loc: 0, scale: 1 } }), []));
  const kls = [0, 1, 2].map((i) => atPrior(new TraceMeanFieldELBO(), i));
  assert.ok(kls.every((k) => k === kls[0]), "a divergence in closed form does not depend on the draw");
  close(kls[0], Math.log(3) + (1 + 1) / 18 - 0.5, 1e-5);
});

// --- draws that are not reparameterised

const bits = tf.tensor1d([0.9, -0.4, 1.3]);
function discrete(): void {
  using _p = plate("members", 3);
  const z = sample("z", new Bernoulli(0.4));
  sample("x", new Normal(z.mul(2), 1), { obs: bits });
}

Deno.test("TraceELBO has the exact gradient in expectation through draws of a Bernoulli", async () => {
  const logits = tf.tensor1d([0.3, -0.6, 0.1]);
  const guide = (l: Tensor) => () => {
    using _p = plate("members", 3);
    sample("z", new Bernoulli({ logits: l }));
  };
  const run = compile((l: Tensor, key: Key) =>
    valueAndGrad((given: Tensor) =>
      new TraceELBO({ numParticles: 20_000 }).loss(key, discrete, guide(given), [])
    )(l)
  );
  const { value, grad } = await run(logits, random.key(1));
  const normal = (x: number, m: number) => -0.5 * (x - m) ** 2 - 0.5 * Math.log(2 * Math.PI);
  let loss = 0;
  const exact = Array.from(logits.dataSync(), (l, i) => {
    const q = sigmoid(l), x = bits.dataSync()[i];
    // f(z) = log q(z) - log p(z, x); the derivative of its mean is q (1 - q) (f(1) - f(0)).
    const f1 = Math.log(q) - Math.log(0.4) - normal(x, 2),
      f0 = Math.log(1 - q) - Math.log(0.6) - normal(x, 0);
    loss += q * f1 + (1 - q) * f0;
    return q * (1 - q) * (f1 - f0);
  });
  close(item(value), loss, 0.05, "loss");
  exact.forEach((e, i) => close(grad.dataSync()[i], e, 0.03, `gradient ${i}`));
  await run.release();
});

Deno.test("a site's score is not multiplied by the costs of other members of its plate", async () => {
  // With each member's own cost alone the variance does not grow with the number of members.
  const variance = async (size: number): Promise<number> => {
    const model = () => {
      using _p = plate("members", size);
      const z = sample("z", new Bernoulli(0.5));
      sample("x", new Normal(z.mul(3), 1), { obs: tf.ones([size]) });
    };
    const guide = (l: Tensor) => () => {
      using _p = plate("members", size);
      sample("z", new Bernoulli({ logits: l }));
    };
    const run = compile((l: Tensor, key: Key) =>
      valueAndGrad((given: Tensor) => new TraceELBO().loss(key, model, guide(given), []))(l)
    );
    const firsts: number[] = [];
    for (let i = 0; i < 200; i++) {
      firsts.push((await run(tf.fill([size], 0.3), random.key(i))).grad.dataSync()[0]);
    }
    await run.release();
    const mean = firsts.reduce((a, b) => a + b) / firsts.length;
    return firsts.reduce((t, f) => t + (f - mean) ** 2, 0) / firsts.length;
  };
  const [few, many] = [await variance(2), await variance(100)];
  assert.ok(many < 3 * few, `variance ${few} with 2 members, ${many} with 100`);
});

Deno.test("a scale for a minibatch scales the loss", () => {
  const half = (x: Tensor) => {
    const mu = sample("mu", new Normal(0, 2));
    using p = plate("data", 20, { subsampleSize: 10 });
    sample("obs", new Normal(mu, 1), { obs: tf.gather(x, p.indices) });
  };
  const { mean, sd } = exactPosterior(), guide = substitute(normalGuide, { data: { loc: mean, scale: sd } });
  const losses = Array.from(
    { length: 400 },
    (_, i) => item(new TraceELBO().loss(random.key(i), half, guide, [data])),
  );
  close(losses.reduce((a, b) => a + b) / 400, -exactEvidence(), 0.6);
});

// --- mistakes

const at = (name: string) => () => void sample(name, new Normal(0, 1));
const mistakes: [string, () => void, () => void, RegExp][] = [
  [
    "a guide's site that the model lacks",
    at("mu"),
    () => (at("mu")(), at("nu")()),
    /^Error: Cannot use the guide: it has "nu", which the model lacks; the model's latent sites are "mu"\. Rename or remove it, or mark it infer: \{ isAuxiliary: true \}$/,
  ],
  [
    "a guide's site that the model observes",
    () => (at("mu")(), void sample("x", new Normal(0, 1), { obs: 1 })),
    () => (at("mu")(), void sample("y", new Normal(0, 1))),
    /it has "y", which the model lacks; the model's latent sites are "mu"/,
  ],
  [
    "a latent site that the guide lacks",
    () => (at("mu")(), at("nu")()),
    at("mu"),
    /^Error: Cannot use the guide: the model's latent "nu" is not in it; the guide has "mu"\. Give the guide a site of that name, or observe it in the model$/,
  ],
  [
    "an observation in the guide",
    at("mu"),
    () => (at("mu")(), void sample("x", new Normal(0, 1), { obs: 1 })),
    /it observes "x"; observations belong in the model/,
  ],
  [
    "different shapes",
    at("mu"),
    () => void sample("mu", new Normal(tf.zeros([3]), 1).toEvent(1)),
    /the value has shape \[3\]|its site "mu" has batch \[\], event \[3\], in the model it has batch \[\], event \[\]/,
  ],
  [
    "a batch axis without a plate",
    () => void sample("x", new Normal(tf.zeros([3]), 1), { obs: tf.zeros([3]) }),
    () => {},
    /Cannot score site "x": its log density has shape \[3\], expected 1 at dim -1, which no plate takes, found 3/,
  ],
  [
    "an observation outside the support",
    () => void sample("x", new Gamma(1, 1), { obs: -2 }),
    () => {},
    /site "x".*-2.*support, (nonNegative|positive)/,
  ],
  [
    "the name of two sites",
    () => (at("mu")(), at("mu")()),
    at("mu"),
    /Cannot use the name "mu" twice: it names two sample sites/,
  ],
];
for (const [what, model, guide, message] of mistakes) {
  Deno.test(`TraceELBO throws on ${what}`, () => {
    assert.throws(() => new TraceELBO().loss(random.key(0), model, guide, []), (error: Error) => {
      assert.match(String(error), message);
      return true;
    });
  });
}

Deno.test("TraceELBO and TraceMeanFieldELBO throw on an invalid number of particles", () => {
  for (const numParticles of [0, -1, 1.5, NaN]) {
    for (
      const [name, make] of [["TraceELBO", TraceELBO], ["TraceMeanFieldELBO", TraceMeanFieldELBO]] as const
    ) {
      assert.throws(
        () => new make({ numParticles }),
        new Error(`Cannot make ${name}: numParticles is ${numParticles}, expected a positive integer`),
      );
    }
  }
});

Deno.test("TraceMeanFieldELBO falls back on samples, and throws where it cannot", () => {
  const model = () => void sample("s", new Gamma(2, 1)), guide = () => void sample("s", new LogNormal(0, 1));
  const sampled = item(new TraceMeanFieldELBO().loss(random.key(0), model, guide, []));
  close(sampled, item(new TraceELBO().loss(random.key(0), model, guide, [])), 1e-5);
});
