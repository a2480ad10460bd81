import assert from "node:assert/strict";
import {
  compile,
  exportOnnx,
  grad,
  hessian,
  jvp,
  scan as loop,
  valueAndGrad,
  vjp,
  vmap,
} from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoDelta, AutoNormal, Predictive, SVI, SVIEnsemble } from "../../lib/infer/mod.ts";
import * as ppl from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const { param, sample, scan, seed, trace } = ppl, key = random.key(0), x = tf.ones([3]) as Tensor;
const normal = () => new Normal(0, 1), guide = () => void sample("z", new Normal(param("m", 0), 1));
const model = () => void sample("x", new Normal(sample("z", normal()), 1), { obs: 3 });
/** Fails after its first await, where nobody listens any more. */
const failing = async (..._args: any[]): Promise<any> => {
  sample("z", normal());
  await Promise.resolve();
  sample("x", normal(), { obs: 3 });
  throw new Error("nobody catches this");
};
const late = async (..._args: any[]): Promise<any> => {
  await Promise.resolve();
  throw new Error("nobody catches this");
};
const train = (model: any, guide: any, options: { loss?: any } = {}) =>
  new SVI(model, guide, adam({ lr: 0.1 }), options.loss).run(key, 3, []);

/** Uses of asynchronous functions, each of which is refused. */
const uses: Record<string, () => unknown> = {
  "a model that is trained": () => train(failing, guide),
  "a guide that is trained": () => train(model, failing),
  "the model of an automatic guide": () => train(failing, new AutoNormal(failing)),
  "the model of an ensemble": () =>
    new SVIEnsemble(failing, guide, adam({ lr: 1 }), undefined, { members: 2 }).run(key, 1),
  "a model that predicts": () => new Predictive(failing, { numSamples: 2 })(key),
  "a model that predicts in a plate": () => new Predictive(failing, { numSamples: 2, parallel: true })(key),
  "a guide that predicts": () => new Predictive(model, { guide: failing, numSamples: 2 })(key),
  "setup of a guide": () => new AutoDelta(failing).setup(),
  "a model that is traced": () => trace(failing).get(),
  "a model that is seeded": () => seed(failing, key)(),
  "a model that is rendered": () => ppl.renderModel(failing, []),
  "a model that is scored": () => ppl.logDensity(failing, [], { z: 1 }),
  "a loss": () => train(model, guide, { loss: late }),
  "the step of a scan": () => trace(seed(() => scan(late as never, x, null, { length: 2 }), key)).get(),
  "the step of a loop": () => loop(late as never, x, null, { length: 2 }),
  "the step of a compiled loop": () => compile((x: Tensor) => loop(late as never, x, null, { length: 2 }))(x),
  "a compiled function": () => compile(late)(x),
  "a part of the result of a compiled function": () => compile((x: Tensor) => ({ x, late: late() }))(x),
  "an exported function": () => exportOnnx(late, [x]),
  "an argument": () => compile((x: Tensor) => x)(late() as never),
  "an argument of training": () => new SVI(model, guide, adam({ lr: 1 })).run(key, 1, [late()]),
  "the arguments of a step": () => new SVI(model, guide, adam({ lr: 1 })).run(key, 1, late as never),
  grad: () => grad(late)(x),
  valueAndGrad: () => valueAndGrad(late)(x),
  vjp: () => vjp(late as never, [x], x),
  jvp: () => jvp(late as never, [x], [x]),
  hessian: () => hessian(late as never)(x),
  vmap: () => vmap(late)(x),
  "vmap in a trace": () => compile((x: Tensor) => vmap(late)(x))(x),
  "a first value": () =>
    train(() => void sample("x", new Normal(param("m", late as never), 1), { obs: 1 }), () => {}),
  "the value of a parameter": () => param("m", late() as never),
  "a strategy of first values": () => train(model, new AutoNormal(model, { initStrategy: late as never })),
  "the function of block": () => trace(ppl.block(seed(model, key), { hideFn: late as never })).get(),
  "the function of substitute": () => trace(ppl.substitute(seed(model, key), { fn: late as never })).get(),
  "the function of inferConfig": () => trace(ppl.inferConfig(seed(model, key), late as never)).get(),
  "the function of lift": () => trace(ppl.lift(() => param("m", 0), late as never)).get(),
  "an observation": () => seed(() => sample("x", normal(), { obs: late() as never }), key)(),
  "a schedule": () =>
    train(model, guide, {}).then(() => new SVI(model, guide, adam({ lr: late as never })).run(key, 1)),
};

for (const [what, use] of Object.entries(uses)) {
  Deno.test(`${what} may not be asynchronous, and nothing comes after the error`, async () => {
    const unhandled: unknown[] = [],
      note = (event: PromiseRejectionEvent) => {
        event.preventDefault();
        unhandled.push(event.reason);
      };
    globalThis.addEventListener("unhandledrejection", note);
    try {
      await assert.rejects(async () => await use(), /promise/);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepEqual(unhandled, []);
    } finally {
      globalThis.removeEventListener("unhandledrejection", note);
    }
  });
}

Deno.test("generators are refused wherever asynchronous functions are", async () => {
  function* generator(): any {
    yield sample("z", normal());
  }
  await assert.rejects(train(generator, guide), /models are synchronous, it returned a generator/);
  await assert.rejects(train(model, generator), /it returned a generator/);
  assert.throws(() => trace(generator).get(), /it returned a generator/);
  assert.throws(
    () => loop(generator as never, x, null, { length: 2 }),
    /the step is synchronous, it returned a generator/,
  );
  assert.throws(() => grad(generator as (x: Tensor) => any)(x), /returned a generator/);
  await assert.rejects(compile(generator as (x: Tensor) => any)(x), /a generator/);
});

Deno.test("the step of a scan returns a pair, and a carry keeps its structure", async () => {
  const pair = /the step returned a tensor of shape \[3\], expected \[carry, y\]/;
  const bare = ((c: Tensor) => c) as never, nothing = (() => {}) as never;
  assert.throws(() => loop(bare, x, null, { length: 2 }), pair);
  assert.throws(() => seed(() => scan(bare, x, null, { length: 2 }), key)(), pair);
  await assert.rejects(compile((x: Tensor) => loop(bare, x, null, { length: 2 }))(x), pair);
  assert.throws(
    () => loop(nothing, x, null, { length: 2 }),
    /the step returned nothing, expected \[carry, y\]/,
  );
  const counting = ((_: number, x: Tensor) => [x, null]) as never;
  const number =
    /the carry is 0, but the step returns a tensor of shape \[\]; carries are tensors: begin with tf\.scalar\(0\)/;
  assert.throws(() => loop(counting, 0, x), number);
  assert.throws(() => seed(() => scan(counting, 0, x), key)(), number);
  await assert.rejects(compile((x: Tensor) => loop(counting, 0, x))(x), number);
  const inside = ((_: unknown, x: Tensor) => [{ n: x }, null]) as never;
  assert.throws(() => loop(inside, { n: 1 }, x), /the carry at n is 1/);
});
