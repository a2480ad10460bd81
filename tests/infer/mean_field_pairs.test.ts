import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { mask, plate, sample } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "./tensors.ts";
import { close, item } from "./models.ts";

const { Delta, ExpTransform, LogNormal, Normal, TransformedDistribution } = dist;
const logNormal = (loc: Tensor | number, ...first: dist.Transform[]) =>
  new TransformedDistribution(new Normal(loc, 0.5), [...first, new ExpTransform()]);

class Rule extends Normal {}
dist.registerKl(Rule, Normal, () => undefined);

/** Guides and priors of positive numbers without a divergence in closed form. */
const pairs: Record<string, [guide: (l: Tensor) => dist.Distribution, prior: () => dist.Distribution]> = {
  "none is registered": [(l) => new LogNormal(l, 0.5), () => new dist.Gamma(2, 1)],
  "their transforms differ": [(l) => logNormal(l), () => logNormal(0, new dist.AffineTransform(1, 0.5))],
  "only one is transformed": [(l) => logNormal(l), () => new LogNormal(1, 0.5)],
  "both are Delta": [(l) => new Delta(1, { logDensity: l }), () => new Delta(1, { logDensity: -2 })],
  "both are events of Delta": [
    (l) => new Delta(1, { logDensity: l }).expand([3]).toEvent(1),
    () => new Delta(1).expand([3]).toEvent(1),
  ],
  "events of transforms that differ": [
    (l) => logNormal(l).expand([3]).toEvent(1),
    () => logNormal(0, new dist.AffineTransform(1, 0.5)).expand([3]).toEvent(1),
  ],
  "one is masked": [
    (l) => logNormal(l).expand([3]).toEvent(1),
    () => logNormal(0, new dist.AffineTransform(1, 0.5)).mask(tf.tensor([true, false, true])).toEvent(1),
  ],
  "a rule finds none": [(l) => new Rule(l.exp(), 0.1), () => new Normal(1, 2)],
};

/** The loss and its derivative, of a guide's parameter. */
const at = (loss: TraceELBO | TraceMeanFieldELBO, [guide, prior]: (typeof pairs)[string], shown?: Tensor) => {
  const within = (body: () => void) => () => {
    if (!shown) return body();
    using _data = plate("data", 3);
    using _shown = mask(shown);
    body();
  };
  return (l: Tensor, key: Key) =>
    valueAndGrad((l: Tensor) =>
      loss.loss(key, within(() => void sample("x", prior())), within(() => void sample("x", guide(l))), [])
    )(l);
};

for (const [what, pair] of Object.entries(pairs)) {
  Deno.test(`TraceMeanFieldELBO samples as TraceELBO does where ${what}`, async () => {
    const l = tf.scalar(0.25), key = random.key(5);
    const expected = at(new TraceELBO(), pair)(l, key), found = at(new TraceMeanFieldELBO(), pair)(l, key);
    close(item(found.value), item(expected.value), 1e-5, "loss");
    close(item(found.grad), item(expected.grad), 1e-5, "derivative");
    const run = compile(at(new TraceMeanFieldELBO(), pair), { engine: "js" });
    const compiled = await run(l, key);
    close(item(compiled.value), item(expected.value), 1e-5, "compiled loss");
    close(item(compiled.grad), item(expected.grad), 1e-5, "compiled derivative");
    await run.release();
  });
}

Deno.test("both losses take masks of booleans, integers and floats", () => {
  const l = tf.scalar(0.25), key = random.key(5);
  const closed: (typeof pairs)[string] = [(l) => new Normal(l, 1), () => new Normal(0, 1)];
  for (const pair of [closed, pairs["their transforms differ"]]) {
    for (const loss of [new TraceELBO(), new TraceMeanFieldELBO()]) {
      const [bools, ints, floats] = (["bool", "int32", "float32"] as const).map((dtype) =>
        item(at(loss, pair, tf.tensor([1, 0, 1]).cast(dtype) as Tensor)(l, key).value)
      );
      assert.deepEqual([ints, floats], [bools, bools]);
    }
  }
  const loss = at(new TraceMeanFieldELBO(), closed, tf.tensor([1, 0, 1]) as Tensor)(l, key);
  close(item(loss.value), 2 * 0.25 ** 2 / 2, 1e-6);
});
