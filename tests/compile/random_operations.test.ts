import assert from "node:assert/strict";
import { compile, exportOnnx, grad, scan, vmap } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, Predictive, SVI } from "../../lib/infer/mod.ts";
import { param, prngKey, sample, seed } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), x = tf.ones([6]) as Tensor;
/** All operations of tfjs that draw, alone and within others. */
const draws: Record<string, (x: Tensor) => unknown> = {
  randomNormal: (x) => x.add(tf.randomNormal([6])),
  randomStandardNormal: (x) => x.add(tf.randomStandardNormal([6])),
  truncatedNormal: (x) => x.add(tf.truncatedNormal([6])),
  randomUniform: (x) => x.add(tf.randomUniform([6])),
  randomUniformInt: (x) => x.add(tf.randomUniformInt([6], 0, 5)),
  rand: (x) => x.add(tf.rand([6], () => 0.5)),
  randomGamma: (x) => x.add(tf.randomGamma([6], 2)),
  multinomial: (x) => tf.multinomial(x as never, 3),
  dropout: (x) => tf.dropout(x, 0.5),
  "randomNormal of an initialiser": (x) => x.add(tf.initializers.randomNormal({}).apply([6]) as Tensor),
  "dropout of a layer": (x) => tf.layers.dropout({ rate: 0.5 }).apply(x, { training: true }),
};

for (const [what, draw] of Object.entries(draws)) {
  Deno.test(`tf.${what} is refused in a trace with what to use instead, and draws outside of one`, async () => {
    const name = what.split(" ")[0];
    const message = new RegExp(
      `Cannot draw with tf\\.${name} at random_operations\\.test\\.ts:\\d+:\\d+ while tracing.*random\\.\\w+\\(key`,
    );
    for (const engine of ["js", "onnx", "tfjs"] as const) {
      await assert.rejects(compile(draw as (x: Tensor) => Tensor, { engine })(x), message);
    }
    assert.throws(() => exportOnnx(draw, [x]), message);
    assert.throws(() => grad((x: Tensor) => tf.sum(draw(x) as Tensor))(x), message);
    await assert.rejects(
      compile((x: Tensor) => vmap(draw as (x: Tensor) => Tensor)(x.reshape([1, 6])))(x),
      message,
    );
    await assert.rejects(
      compile((x: Tensor) => scan((c: Tensor) => [c, draw(c)], x, null, { length: 2 }))(x),
      message,
    );
    const model = () =>
      void sample("y", new Normal(tf.sum(draw(x) as Tensor).add(sample("z", new Normal(0, 1))), 1), {
        obs: 1,
      });
    await assert.rejects(new SVI(model, new AutoNormal(model), adam({ lr: 0.1 })).run(key, 1), message);
    await assert.rejects(new Predictive(model, { numSamples: 2 })(key), message);
    // Eagerly it is an operation like any other.
    assert.ok((draw(x) as Tensor).shape.length > 0);
    if (name !== "multinomial") assert.equal(seed(model, key)(), undefined);
  });
}

Deno.test("the first value of a parameter is drawn from its key", async () => {
  const fit = (init: any) =>
    new SVI(() => void sample("y", new Normal(param("w", init), 1), { obs: 1 }), () => {}, adam({ lr: 0.1 }))
      .init(key);
  await assert.rejects(fit(() => tf.randomNormal([])), /Cannot draw with tf\.randomNormal/);
  assert.equal((await fit((key: Key) => random.normal(key))).params.w.data.length, 1);
});

Deno.test("what the messages advise draws anew with every key", async () => {
  const advised: Record<string, (key: Key) => Tensor> = {
    normal: (key) => random.normal(key, [6]),
    truncatedNormal: (key) => random.truncatedNormal(key, -1, 1, [6]),
    uniform: (key) => random.uniform(key, [6], { min: 1, max: 2 }),
    gamma: (key) => random.gamma(key, 2, [6]),
    categorical: (key) => random.categorical(key, tf.zeros([6, 5])),
    dropout: (key) => x.mul(random.bernoulli(key, 1 - 0.5, x.shape).div(1 - 0.5)),
  };
  for (const [name, draw] of Object.entries(advised)) {
    const compiled = compile(draw, { engine: "js" });
    const [a, b] = [(await compiled(random.key(1))).dataSync(), (await compiled(random.key(2))).dataSync()];
    assert.notDeepEqual(a, b, name);
  }
  const noisy = () => void sample("y", new Normal(random.normal(prngKey()!), 1e-6));
  const { y } = await new Predictive(noisy, { numSamples: 50 })(key);
  assert.equal(new Set(y.dataSync()).size, 50);
});
