import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { module, type Net, randomModule, seed, substitute, trace } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { number, numbers } from "./models.ts";

type Layer = { weight: Tensor; bias: Tensor };
let initialised = 0;

/** Two layers whose parameters are a tree. */
const net: Net<{ layers: Layer[]; gain: Tensor }, [x: Tensor], Tensor> = {
  init(key) {
    initialised++;
    const layer = (k: typeof key, n: number, m: number) => ({
      weight: random.normal(k, [n, m]),
      bias: tf.zeros([m]),
    });
    const [a, b] = key.split(2);
    return { layers: [layer(a, 3, 4), layer(b, 4, 2)], gain: tf.scalar(1) };
  },
  apply: ({ layers, gain }, x) =>
    layers.reduce((h, { weight, bias }) => h.matMul(weight).add(bias).tanh(), x).mul(gain),
};
const names = [
  "net.gain",
  "net.layers[0].bias",
  "net.layers[0].weight",
  "net.layers[1].bias",
  "net.layers[1].weight",
];
const key = random.key(0), x = tf.ones([5, 3]);

Deno.test("module() registers a network's parameters by their places, and runs it", () => {
  const run = trace(seed(() => module("net", net)(x), key)).get();
  assert.deepEqual(run.paramSites.map((s) => s.name), names);
  assert.deepEqual(run.returnValue.shape, [5, 2]);
  assert.deepEqual(run.value("net.layers[0].weight").shape, [3, 4]);
});

Deno.test("module() initialises nothing that is given", () => {
  const params = trace(seed(() => module("net", net)(x), key)).get();
  const before = initialised;
  const again = substitute(() => module("net", net)(x), { data: params.params() })();
  assert.equal(initialised, before);
  assert.deepEqual(numbers(again), numbers(params.returnValue));
});

Deno.test("module() of a tree gives the tree of parameters", () => {
  const fn = () => module("w", { a: tf.scalar(1), b: [tf.scalar(2)] });
  const tree = substitute(fn, { data: { "w.b[0]": 5 } })();
  assert.deepEqual([number(tree.a), number(tree.b[0])], [1, 5]);
});

Deno.test("randomModule() draws parameters from priors", () => {
  const all = trace(seed(() => randomModule("net", net, new Normal(0, 1))(x), key)).get();
  assert.deepEqual(all.sampleSites.map((s) => s.name), names);
  assert.deepEqual(all.sampleSite("net.layers[1].weight").distribution.eventShape, [4, 2]);
  assert.deepEqual(all.sampleSite("net.layers[1].weight").logProb.shape, []);
  const some = trace(seed(() => randomModule("net", net, { "gain": new Normal(0, 1) })(x), key)).get();
  assert.deepEqual(some.sampleSites.map((s) => s.name), ["net.gain"]);
  const chosen = trace(
    seed(
      () => randomModule("net", net, (name) => name.endsWith("bias") ? new Normal(0, 1) : undefined)(x),
      key,
    ),
  ).get();
  assert.deepEqual(chosen.sampleSites.map((s) => s.name), ["net.layers[0].bias", "net.layers[1].bias"]);
});

Deno.test("modules initialised and drawn in a compiled function are those of the eager one", async () => {
  const run = (key: Key, x: Tensor): Tensor[] => {
    const recorded = trace(
      seed((x: Tensor) => module("a", net)(randomModule("b", square, new Normal(0, 1))(x)), key),
    ).get(x);
    return [recorded.returnValue, recorded.logProbSum()];
  };
  const square: Net<Tensor, [x: Tensor], Tensor> = {
    init: (k) => random.normal(k, [3, 3]),
    apply: (w, x) => x.matMul(w),
  };
  const compiled = compile(run, { axes: [null, ["B", null]] });
  for (const rows of [1, 5]) {
    const x = random.normal(random.key(rows), [rows, 3]);
    const [expected, actual] = [run(key, x), await compiled(key, x)];
    expected.forEach((e, i) =>
      numbers(e).forEach((v, j) => assert.ok(Math.abs(v - numbers(actual[i])[j]) < 1e-4))
    );
  }
  await compiled.release();
});
