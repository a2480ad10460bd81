import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { isValidationEnabled, Normal } from "../../lib/distributions/mod.ts";
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
