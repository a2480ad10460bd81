import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { bayesianLinear, linear, meanField, mlp, normal } from "../../lib/nn/mod.ts";
import { plate, type Prior, randomModule, sample, seed, substitute, trace } from "../../lib/ppl/mod.ts";
import { flatten, isTensor, type Key, random, type Tensor, tf, toHostArray } from "../../lib/tensor/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";

type Named = Record<string, Tensor>;

/** Two layers, of which the hidden units see noise, and the values that are observed. */
function pairOf(localReparameterisation: boolean) {
  const options = { localReparameterisation, prior: new Normal(0, 2) };
  const [first, second] = [bayesianLinear(3, 4, options), bayesianLinear(4, 1, options)];
  return {
    model(x: Tensor, y: Tensor): void {
      const [a, b] = [first.model("a"), second.model("b")];
      using _data = plate("data", x.shape[0]);
      sample("y", new Normal(b(a(x).relu()), 1).toEvent(1), { obs: y });
    },
    guide(): void {
      first.guide("a");
      second.guide("b");
    },
  };
}

const rows = 16, x = random.normal(random.key(1), [rows, 3]), y = x.sum(1, true).sin();
const params: Named = Object.fromEntries(
  [["a.weight", [4, 3]], ["a.bias", [4]], ["b.weight", [1, 4]], ["b.bias", [1]]].flatMap((
    [name, shape],
    i,
  ) => [
    [`${name}.loc`, random.normal(random.key(10 + i), shape as number[]).mul(0.5)],
    [`${name}.rho`, random.normal(random.key(20 + i), shape as number[]).sub(1)],
  ]),
);

/** Losses, and a slope of each kind of parameter, over many keys. */
async function estimates(Loss: typeof TraceELBO | typeof TraceMeanFieldELBO, local: boolean, count: number) {
  const { model, guide } = pairOf(local), { loss } = new Loss();
  const at = (p: Named, key: Key) =>
    loss(key, substitute(model, { data: p }), substitute(guide, { data: p }), [x, y]);
  const compiled = compile((p: Named, key: Key) => valueAndGrad(at)(p, key));
  const found: Record<string, number[]> = {};
  for (let i = 0; i < count; i++) {
    const { value, grad } = await compiled.arrays(params, random.key(i));
    (found.loss ??= []).push(value.data[0]);
    for (const name of ["a.weight.loc", "a.weight.rho", "b.bias.loc"]) {
      (found[name] ??= []).push(grad[name].data[0]);
    }
  }
  await compiled.release();
  return found;
}

Deno.test("local reparameterisation gives the same expectations of loss and gradient, with less variance", async () => {
  const count = 3000;
  const [weights, local, sampled] = [
    await estimates(TraceMeanFieldELBO, false, count),
    await estimates(TraceMeanFieldELBO, true, count),
    await estimates(TraceELBO, true, count),
  ];
  for (const name of Object.keys(weights)) {
    const [w, l, s] = [weights, local, sampled].map((found) => moments(found[name]));
    const error = (a: typeof w, b: typeof w) => Math.hypot(a.sd, b.sd) / Math.sqrt(count);
    assert.ok(Math.abs(w.mean - l.mean) < 4 * error(w, l), `${name}: ${w.mean}, ${l.mean}`);
    assert.ok(Math.abs(s.mean - l.mean) < 4 * error(s, l), `${name}: ${s.mean}, ${l.mean}`);
    assert.ok(l.sd < 0.7 * w.sd, `${name}: ${l.sd} is not less than ${w.sd}`);
  }
});

Deno.test("weights that nothing depends on are not drawn", async () => {
  const noise = async (Loss: typeof TraceELBO | typeof TraceMeanFieldELBO, local: boolean) => {
    const { model, guide } = pairOf(local), { loss } = new Loss();
    const compiled = compile((p: Named, key: Key) =>
      loss(key, substitute(model, { data: p }), substitute(guide, { data: p }), [x, y])
    );
    const program = await compiled.program(params, random.key(0));
    const given = flatten(params, isTensor).leaves.map(toHostArray);
    const found = await program.run(given, [], { noise: [] }).then(() => "", String);
    await compiled.release();
    return found;
  };
  assert.match(await noise(TraceMeanFieldELBO, false), /0 arrays are given for 4 draws/);
  assert.match(await noise(TraceMeanFieldELBO, true), /0 arrays are given for 2 draws/);
  assert.match(await noise(TraceELBO, true), /0 arrays are given for 6 draws/);
});

Deno.test("a layer's noise is of each row and unit, of any leading axes", () => {
  const layer = bayesianLinear(3, 2, { localReparameterisation: true, rhoInit: normal() });
  const run = seed(() => layer.model("layer")(tf.ones([5, 6, 3])), random.key(0));
  const values = run();
  assert.deepEqual(values.shape, [5, 6, 2]);
  assert.equal(new Set(values.dataSync()).size, 60);
});

Deno.test("meanField() covers every parameter of a network, and draws networks", () => {
  const net = mlp([3, 4, 2]),
    family = meanField(net, { locInit: normal(), rhoInit: (_, s) => tf.fill(s, -20) });
  const own = family.net.init(random.key(0)), drawn = family.draw(random.key(1), own, 7);
  assert.deepEqual(drawn.layers.map(({ weight, bias }) => [weight.shape, bias!.shape]), [
    [[7, 4, 3], [7, 4]],
    [[7, 2, 4], [7, 2]],
  ]);
  const far = drawn.layers[0].weight.sub(own.layers[0].weight.loc).abs().max().dataSync()[0];
  assert.ok(far > 0 && far < 1e-6);
  // A network's own first values, where no others are asked for.
  const first = meanField(linear(3, 2)).net.init(random.key(0)).weight;
  assert.ok(first.loc.abs().max().dataSync()[0] <= 1 / Math.sqrt(3));
  assert.deepEqual([...new Set(first.rho.dataSync())], [-3]);
});

Deno.test("a prior that does not fit a layer's weights is refused by the weights' name", () => {
  const run = (prior: Prior) =>
    trace(seed(() => bayesianLinear(3, 2, { prior }).model("layer"), random.key(0))).get();
  assert.throws(
    () => run({ weight: new Normal(tf.zeros([3, 2]), 1) }),
    /^Error: Cannot lift parameter "layer.weight": it has shape \[2, 3\], and its prior Normal has \[3, 2\], which does not broadcast/,
  );
  assert.throws(
    () => run({ wieght: new Normal(0, 1) }),
    /Cannot draw module "layer": there is a prior for "wieght" \(did you mean "weight"\?\), expected "bias", "weight"/,
  );
  const event = (n: number) => ({ bias: new Normal(tf.zeros([n]), 1).toEvent(1) });
  assert.deepEqual(run(event(2)).sampleSite("layer.bias").distribution.eventShape, [2]);
  assert.throws(
    () => run(event(5)),
    /parameter "layer.bias": it has shape \[2\], and its prior Independent has \[5\]/,
  );
});

Deno.test("bayesianLinear() without a key says what is missing", () => {
  const layer = bayesianLinear(1, 1, { localReparameterisation: true });
  const data = { "l.weight": [[1]], "l.bias": [0], ...{ "l.weight.loc": [[1]], "l.weight.rho": [[0]] } };
  const given = { ...data, "l.bias.loc": [0], "l.bias.rho": [0] };
  assert.throws(
    substitute(() => layer.model("l")(tf.ones([1, 1])), { data: given }),
    /Cannot draw the activations of layer "l": no key was given; wrap the model in seed\(model, key\)/,
  );
});

Deno.test("priors may have parameters of their own, which are not lifted", () => {
  const net = linear(2, 1);
  const guide = () =>
    randomModule("net", net, (name, shape) => {
      const { loc } = meanField({ init: () => ({ loc: tf.zeros(shape) }), apply: () => {} })
        .distributions(`q.${name}`);
      return new Normal(loc.parameters.loc, 1).toEvent(shape.length);
    });
  const run = trace(seed(guide, random.key(0))).get();
  assert.deepEqual(run.sampleSites.map((site) => site.name), ["net.bias", "net.weight"]);
  assert.deepEqual(run.paramSites.map((site) => site.name).filter((name) => name.endsWith("loc")), [
    "q.bias.loc.loc",
    "q.weight.loc.loc",
  ]);
});
