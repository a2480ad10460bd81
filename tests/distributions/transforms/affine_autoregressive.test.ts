import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, grad, scan, trace } from "../../../lib/compile/mod.ts";
import {
  AffineAutoregressive,
  iterated,
  Normal,
  TransformedDistribution,
} from "../../../lib/distributions/mod.ts";
import { conditionalMade, made, type MadeParams } from "../../../lib/nn/mod.ts";
import { TraceELBO } from "../../../lib/infer/mod.ts";
import { mask, module, plate, sample, scan as scanSites } from "../../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { checkFile } from "../../../tasks/golden.ts";

const difference = (a: Tensor, b: Tensor): number => {
  assert.deepEqual(a.shape, b.shape);
  const other = b.dataSync();
  return Math.max(...Array.from(a.dataSync(), (v, i) => Math.abs(v - other[i]) / Math.max(1, Math.abs(v))));
};

Deno.test("made() and AffineAutoregressive agree with autoregressive.json in float32 and float64", async () => {
  const report = await checkFile(new URL("../../golden/autoregressive.json", import.meta.url).pathname);
  assert.deepEqual([report.failed, report.unsupported], [[], []]);
  assert.equal(report.passed, 6);
});

Deno.test("the stable and the unstable flow equal the two forms of Pyro's example in value, log-det and gradients", async () => {
  const report = await checkFile(new URL("../../golden/dmm_flows.json", import.meta.url).pathname);
  assert.deepEqual([report.failed, report.unsupported, report.passed], [[], [], 18]);
});

const flows = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.record({
    permutation: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
    stable: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
);

Deno.test("AffineAutoregressive: the inverse undoes forward, and the log-determinant is that of the Jacobian", () => {
  fc.assert(
    fc.property(flows, ({ permutation, stable, seed }) => {
      const size = permutation.length, net = made(size, [2 * size], { permutation, nonlinearity: "tanh" });
      const params = net.init(random.key(seed)), x = random.normal(random.key(seed + 1), [size]);
      const flow = () => new AffineAutoregressive((v) => net.apply(params, v), { stable, permutation });
      const y = flow().forward(x), other = flow(), back = other.inverse(y);
      assert.ok(difference(x, back) < 1e-4);
      const jacobian = Array.from(
        { length: size },
        (_, i) => [...grad((v: Tensor) => flow().forward(v).slice([i], [1]).sum())(x).dataSync()],
      );
      // In the order of the variables the matrix is triangular.
      let expected = 0;
      permutation.forEach((i, place) => {
        expected += Math.log(Math.abs(jacobian[i][i]));
        permutation.slice(place + 1).forEach((later) => assert.equal(jacobian[i][later], 0));
      });
      const fresh = flow().logAbsDetJacobian(x, y), remembered = other.logAbsDetJacobian(back, y);
      assert.deepEqual(fresh.shape, []);
      assert.ok(Math.abs(fresh.dataSync()[0] - expected) < 1e-4);
      assert.ok(difference(fresh, remembered) < 1e-4);
    }),
    { numRuns: 20 },
  );
});

/** A flow on three variables, the number of runs of its network, and the same on other parameters. */
function counted(options = {}) {
  const net = made(3, [6], { permutation: [1, 2, 0], nonlinearity: "tanh" }),
    params = net.init(random.key(0));
  const state = { runs: 0 };
  const flow = (given: MadeParams = params) =>
    new AffineAutoregressive((x) => {
      state.runs++;
      return net.apply(given, x);
    }, { permutation: net.permutation, ...options });
  return { net, params, state, flow };
}

Deno.test("AffineAutoregressive runs its network once for a draw and its density, eagerly and traced", () => {
  const { flow, state } = counted();
  const density = (x: Tensor) => {
    const d = new TransformedDistribution(new Normal(x, 1).toEvent(1), [flow(), flow()]);
    return d.logProb(d.rsample(random.key(1)));
  };
  density(tf.zeros([4, 3]));
  assert.equal(state.runs, 2);
  trace(density, [tf.zeros([4, 3])]);
  assert.equal(state.runs, 4);
  const transform = flow(), x = tf.ones([2, 3]) as Tensor, y = transform.forward(x);
  state.runs = 0;
  assert.equal(transform.inverse(y), x);
  transform.logAbsDetJacobian(x, y);
  assert.equal(state.runs, 0);
  transform.logAbsDetJacobian(x, y.clone());
  assert.equal(state.runs, 1);
});

Deno.test("AffineAutoregressive computes again what has been disposed of", () => {
  const { flow } = counted();
  const transform = flow(), x = tf.tensor2d([[0.1, 0.2, 0.3]]) as Tensor;
  const y = tf.tidy(() => transform.forward(x));
  assert.ok(difference(transform.logAbsDetJacobian(x, y), flow().logAbsDetJacobian(x, y)) < 1e-6);
});

Deno.test("AffineAutoregressive can be used in one trace after another on one constant", async () => {
  const { flow } = counted();
  const transform = flow(), x = tf.ones([2, 3]) as Tensor;
  const run = (shift: Tensor): Tensor => transform.logAbsDetJacobian(x, transform.forward(x)).add(shift);
  const [first, second] = [compile(run, { engine: "js" }), compile(run, { engine: "onnx" })];
  assert.ok(difference(await first(tf.scalar(0)), await second(tf.scalar(0))) < 1e-6);
  await first.release();
  await second.release();
});

for (const stable of [false, true]) {
  Deno.test(`compiled flows, inverses and gradients are the eager ones${stable ? " (stable)" : ""}`, async () => {
    const { flow, params } = counted({ stable });
    const objective = (p: MadeParams, x: Tensor): Tensor => {
      const there = flow(p), y = there.forward(x), back = flow(p), z = back.inverse(y.mul(1.5));
      return there.logAbsDetJacobian(x, y).sum().add(back.logAbsDetJacobian(z, y.mul(1.5)).sum()).add(
        z.square().sum(),
      );
    };
    const all = (p: MadeParams, x: Tensor) => [objective(p, x), grad(objective)(p, x), flow(p).inverse(x)];
    const x = random.normal(random.key(4), [5, 3]), eager = all(params, x) as any;
    for (const engine of ["onnx", "js"] as const) {
      const compiled = compile(all, { engine, axes: [null, ["batch", null]] as any });
      const found = await compiled(params, x) as any;
      assert.ok(difference(found[0], eager[0]) < 1e-4 && difference(found[2], eager[2]) < 1e-4);
      for (const [i, layer] of found[1].layers.entries()) {
        assert.ok(difference(layer.weight, eager[1].layers[i].weight) < 1e-3);
      }
      // The same graph for another number of rows.
      const wide = random.normal(random.key(5), [9, 3]);
      assert.ok(difference((await compiled(params, wide) as any)[2], flow().inverse(wide)) < 1e-4);
      await compiled.release();
    }
  });
}

Deno.test("a flow within a loop over time is differentiated as the loop unrolled", async () => {
  const { flow, params } = counted();
  const loss = (p: MadeParams, xs: Tensor): Tensor => {
    const step = (z: Tensor, x: Tensor): [Tensor, Tensor] => {
      const d = new TransformedDistribution(new Normal(z.add(x), 0.5).toEvent(1), flow(p));
      const [transform] = d.transforms, y = transform.forward(z.add(x));
      return [y, d.logProb(y)];
    };
    return scan(step, tf.zeros([2, 3]) as Tensor, xs)[1].sum();
  };
  const unrolled = (p: MadeParams, xs: Tensor): Tensor => {
    let z = tf.zeros([2, 3]) as Tensor, total = tf.scalar(0) as Tensor;
    for (const x of tf.unstack(xs) as Tensor[]) {
      const d = new TransformedDistribution(new Normal(z.add(x), 0.5).toEvent(1), flow(p));
      z = d.transforms[0].forward(z.add(x));
      total = total.add(d.logProb(z).sum());
    }
    return total;
  };
  const xs = random.normal(random.key(6), [4, 2, 3]);
  const wanted = grad(unrolled)(params, xs) as MadeParams;
  for (const engine of ["onnx", "js"] as const) {
    const compiled = compile(grad(loss), { engine }), found = await compiled(params, xs) as MadeParams;
    await compiled.release();
    found.layers.forEach(({ weight, bias }, i) => {
      assert.ok(difference(weight, wanted.layers[i].weight) < 1e-3);
      assert.ok(difference(bias!, wanted.layers[i].bias!) < 1e-3);
    });
  }
});

Deno.test("a guide with a flow in a loop over time runs the network once for its draws and their densities", () => {
  const net = made(4, [8]), state = { runs: 0 };
  const normal = (loc: Tensor) => new Normal(loc, 1).toEvent(1), zeros = () => tf.zeros([3, 4]) as Tensor;
  const model = (xs: Tensor): void => {
    using _rows = plate("rows", 3);
    scanSites(
      (before: Tensor, x: Tensor) => {
        const z = sample("z", normal(before));
        sample("x", normal(z), { obs: x });
        return [z, null];
      },
      zeros(),
      xs,
    );
  };
  const guide = (xs: Tensor): void => {
    const network = module("arn", net);
    using _rows = plate("rows", 3);
    scanSites(
      (before: Tensor, x: Tensor) => {
        using _present = mask(tf.ones([3]).cast("bool") as Tensor);
        const flow = new AffineAutoregressive((v) => {
          state.runs++;
          return network(v);
        });
        return [sample("z", new TransformedDistribution(normal(before.add(x)), flow)), null];
      },
      zeros(),
      xs,
    );
  };
  const loss = new TraceELBO().loss;
  trace((key: Key, xs: Tensor) => loss(key, model, guide, [xs]), [random.key(0), tf.ones([5, 3, 4])]);
  // Once to find the sites, once in the loop.
  assert.equal(state.runs, 2);
});

Deno.test("AffineAutoregressive clamps the log scale and keeps its gradient", () => {
  const at = (logScale: number) => {
    const scale = (s: Tensor): Tensor => {
      const flow = new AffineAutoregressive((x) => [tf.zerosLike(x), tf.zerosLike(x).add(s)]);
      const x = tf.ones([1]) as Tensor, y = flow.forward(x);
      return flow.logAbsDetJacobian(x, y);
    };
    const s = tf.scalar(logScale) as Tensor;
    return [scale(s).dataSync()[0], grad(scale)(s).dataSync()[0]];
  };
  assert.deepEqual(at(-1e30), [-5, 1]);
  assert.deepEqual(at(7), [3, 1]);
  assert.deepEqual(at(0.5), [0.5, 1]);
});

Deno.test("AffineAutoregressive takes its own clips and bias", () => {
  const network = (x: Tensor): [Tensor, Tensor] => [tf.onesLike(x), tf.fill(x.shape, 100)];
  const x = tf.tensor1d([2]) as Tensor;
  const logDet = (flow: AffineAutoregressive) => flow.logAbsDetJacobian(x, flow.forward(x)).dataSync()[0];
  assert.equal(logDet(new AffineAutoregressive(network, { logScaleMaxClip: 1.5 })), 1.5);
  // y = s x + (1 - s) mean, half and half.
  const stable = new AffineAutoregressive(network, { stable: true, sigmoidBias: -100 });
  assert.equal(stable.forward(x).dataSync()[0], 1.5);
  assert.ok(Math.abs(logDet(stable) - Math.log(0.5)) < 1e-6);
});

Deno.test("AffineAutoregressive is finite in the stable form far out", () => {
  for (const logit of [-200, 200]) {
    const flow = (s: Tensor) =>
      new AffineAutoregressive((x) => [tf.onesLike(x), tf.zerosLike(x).add(s)], { stable: true });
    const gradient = grad((s: Tensor) => {
      const x = tf.tensor1d([2, 3]) as Tensor, t = flow(s), y = t.forward(x);
      return y.sum().add(t.logAbsDetJacobian(x, y));
    })(tf.scalar(logit)).dataSync();
    assert.ok(Number.isFinite(gradient[0]), `${gradient}`);
  }
});

Deno.test("a context moves a flow, which is then a distribution of its own for each", () => {
  const net = conditionalMade(3, 2, [6]), params = net.init(random.key(0));
  const context = random.normal(random.key(1), [4, 2]);
  const flow = iterated(2, () => new AffineAutoregressive((x) => net.apply(params, x, context)));
  const d = new TransformedDistribution(new Normal(tf.zeros([4, 3]), 1).toEvent(1), flow);
  const draws = d.sample(random.key(2), [5]), fresh = draws.clone() as Tensor;
  assert.deepEqual([draws.shape, d.logProb(draws).shape], [[5, 4, 3], [5, 4]]);
  assert.ok(difference(d.logProb(draws), d.logProb(fresh)) < 1e-4);
});

Deno.test("a NaN does not reach the rows beside it", () => {
  const { flow } = counted();
  const rows = flow().inverse(tf.tensor2d([[NaN, 1, 1], [1, 1, 1]])).arraySync() as number[][];
  assert.ok(rows[0].some(Number.isNaN) && rows[1].every(Number.isFinite));
});

Deno.test("AffineAutoregressive throws on networks, permutations and values that do not fit", () => {
  const identity = (x: Tensor): Tensor[] => [x, x], x = tf.ones([2, 3]) as Tensor;
  const table: [() => unknown, string][] = [
    [
      () => new AffineAutoregressive(identity, { permutation: [0, 2] }),
      "Cannot make AffineAutoregressive: permutation is [0, 2], expected each of 0 to 1 once",
    ],
    [
      () => new AffineAutoregressive(identity, { permutation: [1, 0], inputDim: 3 }),
      "Cannot make AffineAutoregressive: permutation is [1, 0], expected each of 0 to 2 once",
    ],
    [
      () => new AffineAutoregressive(identity, { logScaleMinClip: 4 }),
      "Cannot make AffineAutoregressive: logScaleMinClip is 4, expected less than logScaleMaxClip, 3",
    ],
    [
      () => new AffineAutoregressive(identity, { logScaleMaxClip: NaN }),
      "Cannot make AffineAutoregressive: logScaleMinClip is -5, expected less than logScaleMaxClip, NaN",
    ],
    [
      () => new AffineAutoregressive(identity, { inputDim: 4 }).forward(x),
      "Cannot transform with AffineAutoregressive: the value has shape [2, 3], expected 4 on its last axis",
    ],
    [
      () => new AffineAutoregressive(identity, { permutation: [1, 0] }).inverse(x),
      "Cannot transform with AffineAutoregressive: the value has shape [2, 3], expected 2 on its last axis",
    ],
    [
      () => new AffineAutoregressive(identity).forward(tf.scalar(1)),
      "Cannot transform with AffineAutoregressive: the value has shape [], expected a vector on its last axis",
    ],
    [
      () => new AffineAutoregressive((v) => [v]).forward(x),
      "Cannot transform with AffineAutoregressive: the network gave 1 results, expected [mean, logScale]",
    ],
    [
      () => new AffineAutoregressive((v) => v as unknown as Tensor[]).forward(x),
      "Cannot transform with AffineAutoregressive: the network gave no list, expected [mean, logScale]",
    ],
    [
      () => new AffineAutoregressive((v) => [v, tf.ones([2, 4])]).forward(x),
      "Cannot transform with AffineAutoregressive: the network gave logScale of shape [2, 4] for an input of shape [2, 3]",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});
