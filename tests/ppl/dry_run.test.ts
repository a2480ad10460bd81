import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import {
  Bernoulli,
  Beta,
  Binomial,
  Categorical,
  Dirichlet,
  Gamma,
  HalfNormal,
  isValidationEnabled,
  Normal,
  Poisson,
  Truncated,
  VonMises,
} from "../../lib/distributions/mod.ts";
import { activeHandlers, dryRun, plate, sample, scan, seed, trace } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { number, numbers } from "./models.ts";

function model(): void {
  using _data = plate("data", 4);
  sample("x", new Normal(sample("scale", new Normal(0, 1)), 1));
}

Deno.test("dryRun() is hidden from the handlers and plates outside, which are there again afterwards", () => {
  using tracing = trace();
  using _outer = plate("outer", 3);
  const run = dryRun((key) => trace(seed(model, key)).get());
  assert.deepEqual(run.value("x").shape, [4]);
  assert.deepEqual([...tracing.trace.sites.keys()], ["outer"]);
  assert.throws(() =>
    dryRun(() => {
      throw new Error("broken");
    }), /broken/);
  assert.deepEqual(activeHandlers().map((handler) => handler.label), ["trace", 'plate "outer"']);
});

Deno.test("dryRun() does not validate; afterwards validation is as it was", () => {
  assert.equal(dryRun(() => isValidationEnabled()), false);
  assert.equal(isValidationEnabled(), true);
  assert.deepEqual(dryRun(() => new Normal(0, -1).batchShape), []);
});

Deno.test("dryRun() draws zeros in a compiled function, also within a scan", async () => {
  const walk = () =>
    scan((z: Tensor) => [z, sample("z", new Normal(z, 1))], tf.scalar(0), null, { length: 3 });
  const compiled = compile((x: Tensor) => x.add(dryRun((key) => seed(walk, key)())[1]));
  assert.deepEqual(numbers(await compiled(tf.scalar(2))), [2, 2, 2]);
  await compiled.release();
  assert.notEqual(number(dryRun((key) => random.normal(key, []))), 0);
});

Deno.test("dryRun() draws from families whose parameters are zeros then, as no prior's are", async () => {
  const zero = () => sample("z", new HalfNormal(1));
  const families = (z: Tensor) => [
    new Beta(z, z),
    new Gamma(z, 1),
    new Dirichlet(tf.stack([z, z]) as Tensor),
    new VonMises(0, z),
    new Truncated(new Normal(0, 1), { low: z, high: z }),
    new Poisson(z.log()),
    new Binomial(z.log(), z.log()),
    new Bernoulli(z.sub(1)),
    new Categorical(tf.stack([z.sub(1), z]) as Tensor),
    new Categorical({ logits: tf.stack([z, z.log().neg()]) as Tensor }),
  ];
  const look = () => {
    const z = zero();
    families(z).forEach((family, i) => sample(`x${i}`, family));
  };
  const sites = compile((x: Tensor) => x.add(dryRun((key) => trace(seed(look, key)).get().sites.size)));
  assert.equal(number(await sites(tf.scalar(0))), 11);
  await sites.release();
});
