import assert from "node:assert/strict";
import { grad } from "../../lib/compile/mod.ts";
import type { Graph } from "../../lib/compile/ir/graph.ts";
import { trace } from "../../lib/compile/trace/trace.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { AutoNormal, TraceELBO } from "../../lib/infer/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

/** The number of comparisons in a graph and its loops: what checks are made of. */
function comparisons({ nodes }: Graph): number {
  return nodes.reduce(
    (sum, { op: { name }, body }) =>
      sum + Number(/Less|Greater|Equal|IsNan|IsNaN/i.test(name)) + (body ? comparisons(body) : 0),
    0,
  );
}

const families: Record<string, [make: (p: Tensor) => dist.Distribution, constant: any]> = {
  Exponential: [(p) => new dist.Exponential(p), [0.5, 2]],
  HalfNormal: [(p) => new dist.HalfNormal(p), [0.5, 2]],
  LogNormal: [(p) => new dist.LogNormal(p), [0.5, 2]],
  Uniform: [() => new dist.Uniform(0, 3).expand([2]), [0.5, 2]],
  Dirichlet: [(p) => new dist.Dirichlet(p), [0.5, 0.5]],
  Bernoulli: [(p) => new dist.Bernoulli({ logits: p }), [0, 1]],
  Normal: [(p) => new dist.Normal(p, 1), [0.5, 2]],
  "a transformed normal": [
    (p) => new dist.TransformedDistribution(new dist.Normal(p, 1), new dist.SigmoidTransform()),
    [0.25, 0.5],
  ],
};
const parameter = tf.tensor([1, 2]);

for (const [name, [make, constant]] of Object.entries(families)) {
  /** Comparisons of a log density and its gradient, less those of the value itself. */
  const count = (value: (d: dist.Distribution, key: Key, x: Tensor) => Tensor, x = tf.tensor(constant)) => {
    const of = (score: boolean) =>
      trace((p: Tensor, key: Key, x: Tensor) =>
        grad((p: Tensor) => {
          const d = make(p), found = value(d, key, x);
          return (score ? d.logProb(found) : found).sum().add(p.sum());
        })(p), [parameter, random.key(0), x] as never[]).graph;
    return comparisons(of(true)) - comparisons(of(false));
  };

  Deno.test(`${name}: values that lie within their support for certain are not checked in the graph`, () => {
    const argument = count((_d, _k, x) => x);
    const isFree = (found: number, what: string) =>
      // The formula of a Dirichlet has comparisons of its own.
      assert.ok(name === "Dirichlet" ? found < argument : found === 0, `${what}: ${found} of ${argument}`);
    isFree(count(() => tf.tensor(constant)), "a constant");
    isFree(count((d, key) => d.sample(key)), "a draw");
    const behind = (d: dist.Distribution, _: Key, x: Tensor) => {
      const transform = dist.bijectTo(d.support);
      return transform.forward(transform.inverse(x));
    };
    if (name !== "Bernoulli") isFree(count(behind), "a transformed value");
    if (name !== "Normal") assert.ok(argument > 0, "an argument is checked");
  });
}

Deno.test("a training step of constants and latent numbers behind transforms has no checks", () => {
  const data = tf.tensor([0.5, 0.25, 3]) as Tensor;
  const model = () => {
    const scale = sample("scale", new dist.HalfNormal(1)), share = sample("share", new dist.Uniform(0, 5));
    using _data = plate("data", 3);
    sample("x", new dist.Exponential(scale.add(share)), { obs: data });
  };
  const guide = new AutoNormal(model);
  guide.setup();
  const loss = (key: Key) => new TraceELBO().loss(key, model, guide, []);
  assert.deepEqual(comparisons(trace(loss, [random.key(0)] as never[]).graph), 0);
});
