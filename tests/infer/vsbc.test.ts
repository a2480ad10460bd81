import assert from "node:assert/strict";
import { adam, AutoNormal, HalfNormal, initToValue, key, Normal, sample, tf, vsbc } from "../../mod.ts";

Deno.test("guides that are the posterior are calibrated, and biased ones are told", async () => {
  const model = () =>
    void sample("x", new Normal(sample("z", new Normal([0, 1], 1).toEvent(1)), 1).toEvent(1));
  const options = { observe: ["x"], optimiser: adam({ lr: 0.1 }), numSimulations: 60, bins: 5 };
  const exact = await vsbc(model, key(0), { ...options, guide: (own) => new AutoNormal(own), steps: 150 });
  assert.deepEqual(exact.map(({ name }) => name), ["z[0]", "z[1]"]);
  for (const { symmetry, pValue, ranks } of exact) {
    assert.ok(symmetry > 0.01 && pValue > 1e-3, `${symmetry}, ${pValue}`);
    assert.equal(ranks.length, 60);
  }
  const skewed = () => void sample("x", new Normal(0, sample("s", new HalfNormal(1))));
  const late = (own: () => void) =>
    new AutoNormal(own, { initStrategy: initToValue({ values: { s: tf.scalar(3) } }) });
  const [s] = await vsbc(skewed, key(0), { ...options, guide: late, steps: 1 });
  assert.ok(s.symmetry < 1e-6, `${s.symmetry}`);
  await assert.rejects(
    vsbc(model, key(0), { ...options, observe: ["y"], guide: (own) => new AutoNormal(own), steps: 1 }),
    /Cannot run vsbc: the model has no site "y" to observe; it has "x", "z"/,
  );
});
