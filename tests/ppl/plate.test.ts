import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  checkShapes,
  maxPlateNesting,
  param,
  plate,
  replay,
  sample,
  seed,
  subsample,
  trace,
} from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { messageOf, number, numbers } from "./models.ts";

const key = random.key(0);

Deno.test("plates nest from the right, and take explicit dims", () => {
  const run = trace(seed(() => {
    using outer = plate("outer", 3);
    sample("a", new Normal(0, 1));
    {
      using inner = plate("inner", 2);
      sample("b", new Normal(0, 1));
      sample("c", new Normal(tf.zeros([3]), 1));
      assert.deepEqual([outer.dim, inner.dim], [-1, -2]);
    }
    using far = plate("far", 5, { dim: -4 });
    sample("d", new Normal(tf.zeros([3, 4]), 1).toEvent(1));
    assert.equal(far.dim, -4);
  }, key)).get();
  assert.deepEqual(["a", "b", "c", "d"].map((n) => run.value(n).shape), [[3], [2, 3], [2, 3], [
    5,
    1,
    1,
    3,
    4,
  ]]);
  assert.deepEqual(run.sampleSite("b").plates.map((p) => p.name), ["inner", "outer"]);
  assert.equal(maxPlateNesting(run), 4);
  checkShapes(run);
});

Deno.test("plates give every site the sizes at their dims", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, (shape) => {
      const enter = (rest: number[]): Tensor => {
        if (rest.length === 0) return sample("x", new Normal(0, 1));
        using _p = plate(`p${rest.length}`, rest[0]);
        return enter(rest.slice(1));
      };
      assert.deepEqual(seed(enter, key)(shape).shape, shape.toReversed());
    }),
    { numRuns: 30 },
  );
});

Deno.test("a plate that is whole gives its members in order", () => {
  using p = plate("p", 4);
  assert.deepEqual(numbers(p.indices), [0, 1, 2, 3]);
  assert.equal(p.indices.dtype, "int32");
  assert.deepEqual([p.size, p.subsampleSize, p.dim, p.name], [4, 4, -1, "p"]);
});

Deno.test("subsampling scales log densities so that their mean over subsamples is the whole", () => {
  const x = tf.tensor([0.5, -1, 2, 3, 0, 1.5]);
  const model = (indices?: Tensor) => {
    using p = plate("p", 6, { subsample: indices });
    sample("x", new Normal(0, 1), { obs: tf.gather(x, p.indices) });
  };
  const whole = number(trace(model).get().logProbSum());
  let sum = 0, count = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < i; j++, count++) {
      sum += number(trace(model).get(tf.tensor([i, j], [2], "int32")).logProbSum());
    }
  }
  assert.ok(Math.abs(sum / count - whole) < 1e-4);
});

Deno.test("subsamples are drawn uniformly and without replacement", () => {
  const counts = Array(5).fill(0), draws = 400;
  const draw = seed(() => {
    using p = plate("p", 5, { subsampleSize: 2 });
    return p.indices;
  }, key);
  assert.deepEqual(numbers(draw()), numbers(draw()));
  for (let i = 0; i < draws; i++) {
    using _ = seed(random.key(i));
    using p = plate("p", 5, { subsampleSize: 2 });
    const chosen = numbers(p.indices);
    assert.equal(new Set(chosen).size, 2);
    chosen.forEach((c) => counts[c]++);
  }
  // Binomial with mean 160 and standard deviation below 10.
  counts.forEach((c) => assert.ok(Math.abs(c - draws * 2 / 5) < 40, `${counts}`));
});

Deno.test("replay() gives a plate the subsample of the trace", () => {
  const model = () => {
    using p = plate("p", 100, { subsampleSize: 3 });
    return p.indices;
  };
  const guide = trace(seed(model, random.key(7))).get();
  assert.deepEqual(numbers(seed(replay(model, { trace: guide }), key)()), numbers(guide.returnValue));
  assert.notDeepEqual(numbers(seed(model, key)()), numbers(guide.returnValue));
});

Deno.test("subsample() and param() are cut to the members that take part", () => {
  const data = tf.range(0, 20).reshape([10, 2]);
  const run = trace(() => {
    using _p = plate("p", 10, { subsample: tf.tensor([7, 2], [2], "int32") });
    return [subsample(data, 1), param("w", tf.range(0, 10), { eventDim: 0 }), param("v", tf.range(0, 10))];
  }).get();
  const [rows, w, v] = run.returnValue;
  assert.deepEqual(numbers(rows), [14, 15, 4, 5]);
  assert.deepEqual(numbers(w), [7, 2]);
  assert.deepEqual(v.shape, [10]);
  assert.deepEqual(run.value("w").shape, [10]);
});

Deno.test("a plate entered twice has one subsample", () => {
  const twice = () => {
    const seen: number[][] = [];
    for (let i = 0; i < 2; i++) {
      using p = plate("p", 50, { subsampleSize: 4 });
      seen.push(numbers(p.indices));
    }
    return seen;
  };
  const [a, b] = trace(seed(twice, key)).get().returnValue;
  assert.deepEqual(a, b);
});

Deno.test("checkShapes() finds batch axes that no plate declares", () => {
  const run = trace(() => sample("x", new Normal(0, 1), { obs: [1, 2, 3] })).get();
  assert.equal(
    messageOf(() => checkShapes(run)),
    'Cannot score site "x": its log density has shape [3], expected 1 at dim -1, which no plate takes, found 3; enclose the ' +
      "site in a plate of size 3, or make the axis part of the event with toEvent(1)",
  );
});

Deno.test("a compiled model subsamples, and scales by sizes that are known only at run time", async () => {
  const drawn = (key: Key, x: Tensor): Tensor[] => {
    const run = trace(seed((x: Tensor) => {
      using p = plate("p", 6, { subsampleSize: 2 });
      sample("x", new Normal(0, 1), { obs: tf.gather(x, p.indices) });
      return p.indices;
    }, key)).get(x);
    return [run.returnValue, run.logProbSum()];
  };
  const x = tf.tensor([0.5, -1, 2, 3, 0, 1.5]);
  const compiled = compile(drawn);
  for (const k of [key, random.key(5)]) {
    const [expected, actual] = [drawn(k, x), await compiled(k, x)];
    assert.deepEqual(numbers(actual[0]), numbers(expected[0]));
    assert.ok(Math.abs(number(actual[1]) - number(expected[1])) < 1e-4);
  }
  await compiled.release();

  const minibatch = (x: Tensor): Tensor =>
    trace((x: Tensor) => {
      using _p = plate("p", 1000, { subsampleSize: x.shape[0] });
      sample("x", new Normal(0, 1), { obs: x });
    }).get(x).logProbSum();
  const batched = compile(minibatch, { axes: [["B"]] });
  for (const length of [1, 4, 11]) {
    const x = random.normal(key, [length]), expected = number(minibatch(x));
    assert.ok(Math.abs(number(await batched(x)) - expected) < 1e-5 * Math.abs(expected));
  }
  await batched.release();
});
