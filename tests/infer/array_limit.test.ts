import assert from "node:assert/strict";
import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoDelta, AutoDiagonalNormal, AutoNormal, Predictive, SVI } from "../../lib/infer/mod.ts";
import { param, plate, sample, seed, trace } from "../../lib/ppl/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

/** A billion latent numbers. */
function huge() {
  using _rows = plate("rows", 1000, { dim: -1 });
  using _columns = plate("columns", 1_000_000, { dim: -2 });
  const z = sample("z", new Normal(0, 1));
  sample("x", new Normal(z, 1), { obs: 0 });
}
const told = {
  message:
    'Cannot draw site "z" in plate "columns" of 1000000, "rows" of 1000: an array of shape [1000000, 1000] takes 4.00 GB, ' +
    "and the limit is 2 GB (PYROSAUR_ARRAY_GB); take part of the members at a time (subsampleSize), or observe the site",
};
const quiet = { progress: false };
const sizeOfMemory = () => Deno.memoryUsage().rss;

/** Runs what must be refused, at once and without memory. */
async function refused(work: () => unknown, { message } = told): Promise<void> {
  const before = sizeOfMemory();
  // Traced functions add their line.
  await assert.rejects(async () => await work(), (error: Error) => error.message.startsWith(message));
  assert.ok(sizeOfMemory() - before < 5e8);
}

Deno.test("a latent array that cannot be had is refused with site and plates: eagerly", () =>
  refused(() => trace(seed(huge, random.key(0))).get()));

for (
  const [name, guide] of [
    ["AutoNormal", new AutoNormal(huge)],
    ["AutoDelta", new AutoDelta(huge)],
    ["AutoDiagonalNormal", new AutoDiagonalNormal(huge)],
    ["a guide written by hand", huge],
  ] as const
) {
  Deno.test(`a latent array that cannot be had is refused with site and plates: ${name}`, async () => {
    const svi = new SVI(huge, guide, adam({ lr: 0.1 }));
    await refused(() => svi.init(random.key(0)));
    await refused(() => svi.run(random.key(0), 3, [], quiet));
    if ("setup" in guide) await refused(() => guide.setup());
  });
}

Deno.test("a latent array that cannot be had is refused with site and plates: Predictive", async () => {
  for (const parallel of [false, true]) {
    const predict = new Predictive(huge, { numSamples: 2, parallel });
    await refused(() => predict(random.key(0)));
  }
});

Deno.test("draws that are too many together are refused with the site", async () => {
  const model = () => void sample("w", new Normal(tf.zeros([10_000]), 1).toEvent(1));
  for (const options of [{}, { batchSize: 10 }]) {
    await refused(() => new Predictive(model, { numSamples: 100_000, ...options })(random.key(0)), {
      message:
        'Cannot draw site "w" 100000 times: an array of shape [100000, 10000] takes 4.00 GB, and the limit is 2 GB (PYROSAUR_ARRAY_GB)',
    });
  }
});

Deno.test("a draw and a parameter that cannot be had are refused", async () => {
  await refused(() => random.normal(random.key(0), [40_000, 40_000]), {
    message:
      "Cannot draw normal: an array of shape [40000, 40000] takes 6.40 GB, and the limit is 2 GB (PYROSAUR_ARRAY_GB)",
  });
  const model = () => {
    const p = param("p", () => tf.fill([1_000_000_000], 0.5));
    sample("x", new Bernoulli(p.mean()), { obs: 1 });
  };
  await refused(() => new SVI(model, () => {}, adam({ lr: 0.1 })).init(random.key(0)), {
    message:
      'Cannot train parameter "p": an array of shape [1000000000] takes 4.00 GB, and the limit is 2 GB (PYROSAUR_ARRAY_GB)',
  });
});

Deno.test("a plate of a billion members is no large array where it takes a few of them", () => {
  const model = () => {
    const m = sample("m", new Normal(0, 1));
    using _rows = plate("rows", 1_000_000_000, { subsample: tf.tensor1d([3, 999_999_999], "int32") });
    const z = sample("z", new Normal(m, 1));
    sample("x", new Normal(z, 1), { obs: tf.tensor([1, 2]) });
  };
  const run = trace(seed(model, random.key(0))).get();
  assert.deepEqual(run.value("z").shape, [2]);
});
