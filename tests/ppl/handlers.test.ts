import assert from "node:assert/strict";
import fc from "fast-check";
import { Bernoulli, constraints, HalfNormal, Normal } from "../../lib/distributions/mod.ts";
import {
  block,
  type BlockOptions,
  condition,
  deterministic,
  do_,
  equalize,
  factor,
  inferConfig,
  intervene,
  lift,
  logDensity,
  mask,
  param,
  plate,
  prngKey,
  replay,
  sample,
  scale,
  scope,
  seed,
  substitute,
  trace,
  uncondition,
} from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { logNormal, messageOf, number, numbers } from "./models.ts";

const key = random.key(0);

/** A chain z1 -> z2 -> x with a parameter. */
function chain(x?: Tensor): Tensor {
  const w = param("w", 0.5);
  const z1 = sample("z1", new Normal(0, 1));
  const z2 = sample("z2", new Normal(z1.mul(w), 2));
  deterministic("sum", z1.add(z2));
  return sample("x", new Normal(z2, 0.1), { obs: x });
}

Deno.test("trace() records sites in order, with their values and log densities", () => {
  const run = trace(seed(chain, key)).get(tf.scalar(0.3));
  assert.deepEqual([...run.sites.keys()], ["w", "z1", "z2", "sum", "x"]);
  const [z1, z2] = [number(run.value("z1")), number(run.value("z2"))];
  const expected = logNormal(z1) + logNormal(z2, 0.5 * z1, 2) + logNormal(Math.fround(0.3), z2, 0.1);
  assert.ok(Math.abs(number(run.logProbSum()) - expected) < 1e-4 * Math.abs(expected));
  assert.ok(Math.abs(number(run.value("sum")) - z1 - z2) < 1e-6);
  assert.deepEqual(run.stochasticSites.map((s) => s.name), ["z1", "z2"]);
  assert.deepEqual(run.observedSites.map((s) => s.name), ["x"]);
  assert.equal(number(run.returnValue), Math.fround(0.3));
});

Deno.test("trace() as a context records to the end of the block", () => {
  let recorded;
  {
    using tracing = trace();
    seed(chain, key)();
    recorded = tracing.trace;
  }
  seed(chain, key)();
  assert.deepEqual([...recorded.sites.keys()], ["w", "z1", "z2", "sum", "x"]);
});

Deno.test("a log density is computed once", () => {
  let calls = 0;
  class Counted extends Normal {
    override logProb(value: Tensor): Tensor {
      calls++;
      return super.logProb(value);
    }
  }
  const run = trace(seed(() => sample("x", new Counted(0, 1)), key)).get();
  assert.equal(calls, 0);
  run.logProbSum();
  run.computeLogProb().logProbSum();
  assert.equal(calls, 1);
});

Deno.test("seed() gives the same values for the same key, and NumPyro's chain of splits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (n) => {
      const own = random.key(n), run = trace(seed(chain, own)).get();
      const [rest, first] = own.split(2), [, second] = rest.split(2);
      assert.equal(number(run.value("z1")), number(random.normal(first, [])));
      const z2 = number(run.value("z1").mul(0.5).add(random.normal(second, []).mul(2)));
      assert.ok(Math.abs(number(run.value("z2")) - z2) < 1e-6);
      assert.equal(number(run.returnValue), number(seed(chain, own)()));
    }),
    { numRuns: 20 },
  );
});

Deno.test("seed() as a context, an own key, and prngKey()", () => {
  using _ = seed(key);
  const a = sample("a", new Normal(0, 1)), b = sample("b", new Normal(0, 1));
  assert.notEqual(number(a), number(b));
  assert.equal(number(sample("c", new Normal(0, 1), { key })), number(random.normal(key, [])));
  assert.notEqual(prngKey(), undefined);
});

Deno.test("replay() of a trace gives the same values and log densities", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.float({ min: -2, max: 2, noNaN: true }), (n, x) => {
      const run = trace(seed(chain, random.key(n))).get(tf.scalar(x));
      const again = trace(replay(chain, { trace: run })).get(tf.scalar(x));
      for (const name of ["z1", "z2", "x"]) assert.equal(number(again.value(name)), number(run.value(name)));
      assert.equal(number(again.logProbSum()), number(run.logProbSum()));
    }),
    { numRuns: 20 },
  );
});

Deno.test("replay() gives parameters values, and draws what the trace lacks", () => {
  const run = trace(seed(() => sample("z1", new Normal(5, 0.1)), key)).get();
  const again = trace(seed(replay(chain, { trace: run, params: { w: 3 } }), key)).get();
  assert.equal(number(again.value("z1")), number(run.value("z1")));
  assert.equal(number(again.value("w")), 3);
  assert.notEqual(number(again.value("x")), number(again.value("z2")));
});

Deno.test("substitute() keeps sites latent, condition() observes them", () => {
  const data = { z1: 1, z2: 2, w: 4 };
  const substituted = trace(seed(substitute(chain, { data }), key)).get();
  assert.deepEqual(substituted.stochasticSites.map((s) => s.name), ["z1", "z2", "x"]);
  assert.equal(number(substituted.value("w")), 4);
  const { w: _w, ...latents } = data, conditioned = trace(seed(condition(chain, latents), key)).get();
  assert.deepEqual(conditioned.stochasticSites.map((s) => s.name), ["x"]);
  assert.equal(number(conditioned.sampleSite("z2").logProb), Math.fround(logNormal(2, 0.5, 2)));
  const byFunction = substitute(chain, { fn: (site) => site.name === "z2" ? 7 : undefined });
  assert.equal(number(trace(seed(byFunction, key)).get().value("z2")), 7);
});

Deno.test("substitute() leaves data alone", () => {
  const run = trace(seed(substitute(chain, { data: { x: 9 } }), key)).get(tf.scalar(1));
  assert.equal(number(run.value("x")), 1);
});

Deno.test("uncondition() draws what was observed", () => {
  const run = trace(seed(uncondition(chain), key)).get(tf.scalar(100));
  assert.deepEqual(run.observedSites, []);
  assert.ok(number(run.value("x")) < 50);
});

Deno.test("do_() cuts a site off from its causes, and leaves it in the trace as it was", () => {
  const run = trace(seed(do_(chain, { z2: 10 }), key)).get();
  const plain = trace(seed(chain, key)).get();
  assert.equal(number(run.value("z2")), number(plain.value("z2")));
  assert.equal(run.sampleSite("z2").isIntervened, false);
  assert.ok(Math.abs(number(run.value("x")) - 10) < 1);
  const inside = seed(intervene(trace(chain).get, { z2: 10 }), key)();
  assert.equal(number(inside.value("z2")), 10);
  assert.equal(inside.sampleSite("z2").isIntervened, true);
  assert.equal(number(inside.sampleSite("z2").logProb), 0);
});

Deno.test("block() hides sites from the handlers outside", () => {
  const names = (options?: BlockOptions) => [...trace(block(seed(chain, key), options)).get().sites.keys()];
  assert.deepEqual(names(), []);
  assert.deepEqual(names({ hide: ["z1", "sum"] }), ["w", "z2", "x"]);
  assert.deepEqual(names({ expose: ["z1"] }), ["z1"]);
  assert.deepEqual(names({ hideFn: (site) => site.type === "sample" }), ["w", "sum"]);
  assert.match(messageOf(seed(block(chain), key)), /no key was given/);
});

Deno.test("scale() and mask() act on log densities, nested ones together", () => {
  const m = tf.tensor([true, false, true], [3], "bool");
  const run = trace(seed(() => {
    using _p = plate("p", 3);
    using _s = scale(0.5);
    sample("a", new Normal(0, 1), { obs: [1, 2, 3] });
    using _t = scale(tf.tensor([1, 1, 4]));
    using _m = mask(m);
    sample("b", new Normal(0, 1), { obs: [1, 2, 3] });
    using _n = mask(false);
    sample("c", new Normal(0, 1), { obs: [1, 2, 3] });
  }, key)).get();
  const close = (name: string, expected: number[]) =>
    numbers(run.sampleSite(name).logProb).forEach((x, i) =>
      assert.ok(Math.abs(x - expected[i]) < 1e-5, `${name} ${x}`)
    );
  close("a", [1, 2, 3].map((x) => 0.5 * logNormal(x)));
  close("b", [0.5 * logNormal(1), 0, 2 * logNormal(3)]);
  close("c", [0, 0, 0]);
  const sum = numbers(run.sampleSite("a").logProb).concat(numbers(run.sampleSite("b").logProb)).reduce((
    x,
    y,
  ) => x + y);
  assert.ok(Math.abs(number(run.logProbSum()) - sum) < 1e-5);
});

Deno.test("scale(fn) of a scaled sum equals the sum of scaled terms", () => {
  const run = trace(seed(scale(chain, 3), key)).get(tf.scalar(0));
  const lazy = number(run.sampleSite("x").logProbSum);
  const whole = number(trace(seed(chain, key)).get(tf.scalar(0)).logProbSum());
  assert.ok(Math.abs(number(run.logProbSum()) - 3 * whole) < 1e-4 * Math.abs(whole));
  assert.ok(Math.abs(lazy - number(run.sampleSite("x").logProb)) < 1e-5);
});

Deno.test("lift() turns parameters into sample sites of their shape", () => {
  const fn = () => param("v", tf.zeros([2, 3])).sum().add(param("u", 1));
  const run = trace(seed(lift(fn, { v: new Normal(0, 1) }), key)).get();
  assert.deepEqual(run.sampleSites.map((s) => s.name), ["v"]);
  assert.deepEqual(run.sampleSite("v").distribution.eventShape, [2, 3]);
  assert.deepEqual(run.paramSites.map((s) => s.name), ["u"]);
  const all = trace(seed(lift(fn, new Normal(0, 1)), key)).get();
  assert.deepEqual(all.sampleSites.map((s) => s.name), ["v", "u"]);
  const drawn = () => param("t", (k) => random.normal(k, [4]), { constraint: constraints.positive });
  assert.deepEqual(seed(lift(drawn, new HalfNormal(1)), key)().shape, [4]);
});

Deno.test("scope() prefixes names, scopes nest", () => {
  const run = trace(seed(scope(scope(chain, { prefix: "b" }), { prefix: "a", divider: "." }), key)).get();
  assert.deepEqual([...run.sites.keys()], ["a.b/w", "a.b/z1", "a.b/z2", "a.b/sum", "a.b/x"]);
});

Deno.test("inferConfig() adds hints", () => {
  const fn = () => sample("k", new Bernoulli(0.5), { infer: { isAuxiliary: true } });
  const run = trace(seed(inferConfig(fn, () => ({ enumerate: "parallel" })), key)).get();
  assert.deepEqual(run.sampleSite("k").infer, { isAuxiliary: true, enumerate: "parallel" });
});

Deno.test("factor() adds to the log density, in plates once for each member", () => {
  const run = trace(() => {
    factor("f", -2);
    using _p = plate("p", 3);
    factor("g", tf.tensor([1, 2, 3]));
    factor("h", 1);
  }).get();
  assert.equal(number(run.logProbSum()), -2 + 6 + 3);
});

Deno.test("logDensity() scores a model at values", () => {
  const { logDensity: value, trace: run } = logDensity(chain, [tf.scalar(0)], { w: 1, z1: 1, z2: 2 });
  const expected = logNormal(1) + logNormal(2, 1, 2) + logNormal(0, 2, 0.1);
  assert.ok(Math.abs(number(value) - expected) < 1e-3);
  assert.equal(number(run.value("w")), 1);
});

Deno.test("param() registered again is the same parameter", () => {
  const run = trace(
    seed(() => param("w", (k) => random.normal(k, [2])).sub(param("w", (k) => random.normal(k, [2]))), key),
  ).get();
  assert.deepEqual(numbers(run.returnValue), [0, 0]);
});

Deno.test("handlers keep a function's type and leave nothing behind on a throw", () => {
  const typed: (x?: Tensor) => Tensor = seed(scale(block(substitute(chain, { data: {} })), 2), key);
  assert.equal(typed.name, "chain");
  const broken = seed(() => {
    using _p = plate("p", 3);
    throw new Error("broken");
  }, key);
  assert.throws(broken, /broken/);
  assert.deepEqual(trace(seed(() => sample("a", new Normal(0, 1)), key)).get().value("a").shape, []);
});

Deno.test("equalize() gives later sites and parameters the first one's value", () => {
  const model = () => {
    const a = sample("a", new Normal(0, 1)), b = sample("b", new Normal(5, 2));
    return [a, b, param("u", 3), param("v", 4)];
  };
  const run = trace(seed(equalize(equalize(model, ["a", "b"]), ["u", "v"], { type: "param" }), key)).get();
  const [a, b, u, v] = run.returnValue.map(number);
  assert.deepEqual([b, u, v], [a, 3, 3]);
  near(number(run.logProbSum()), logNormal(a));
  const kept = trace(seed(equalize(model, ["a", "b"], { keepDistributions: true }), key)).get();
  const value = number(kept.value("a"));
  near(number(kept.logProbSum()), logNormal(value) + logNormal(value, 5, 2));
});

Deno.test("condition() by a function, scope() and block() by types", () => {
  const chosen = condition(chain, (site) => site.name === "z1" ? 0.5 : undefined);
  const run = trace(seed(chosen, key)).get();
  assert.deepEqual(run.observedSites.map(({ name, value }) => [name, number(value)]), [["z1", 0.5]]);
  const scoped = trace(seed(scope(chain, { prefix: "in", hideTypes: ["param"] }), key)).get();
  assert.deepEqual([...scoped.sites.keys()], ["w", "in/z1", "in/z2", "in/sum", "in/x"]);
  const seen = trace(block(seed(chain, key), { exposeTypes: ["param", "deterministic"] })).get();
  assert.deepEqual([...seen.sites.keys()], ["w", "sum"]);
});

const near = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-5 * (1 + Math.abs(expected)), `${found}, expected ${expected}`);
