import assert from "node:assert/strict";
import fc from "fast-check";
import * as mini from "../mini.ts";
import { adam, key, Normal, param, sample, SVI, type Tensor, tf, TraceELBO } from "../mod.ts";

const X = [0.3, -1.2, 0.8, 2.1, -0.4], Y = [0.9, -2.0, 1.3, 4.4, -0.2];
const settings = { lr: 0.02, steps: 300, seed: 7, data: [X, Y] };

/** A straight line with a random slope and intercept and a learned noise. */
const miniModel = (x: mini.Node, y: mini.Node) => {
  const slope = mini.sample("slope", new mini.Normal(0, 2));
  const intercept = mini.sample("intercept", new mini.Normal(0, 1));
  const noise = mini.param("logNoise", -0.5).exp();
  mini.sample("y", new mini.Normal(x.mul(slope).add(intercept), noise), { obs: y });
};
const miniGuide = () => {
  for (const name of ["slope", "intercept"]) {
    mini.sample(
      name,
      new mini.Normal(mini.param(`${name}Loc`, 0.1), mini.param(`${name}LogScale`, -1).exp()),
    );
  }
};

const model = (x: Tensor, y: Tensor) => {
  const slope = sample("slope", new Normal(0, 2)), intercept = sample("intercept", new Normal(0, 1));
  sample("y", new Normal(x.mul(slope).add(intercept), param("logNoise", -0.5).exp()).toEvent(1), { obs: y });
};
const guide = () => {
  for (const name of ["slope", "intercept"]) {
    sample(name, new Normal(param(`${name}Loc`, 0.1), param(`${name}LogScale`, -1).exp()));
  }
};

Deno.test("mini.ts trains as the library does, step by step, from the same seed", async () => {
  const { params, losses } = mini.svi(miniModel, miniGuide, settings);
  const svi = new SVI(model, guide, adam({ lr: settings.lr }), new TraceELBO(), { dtype: "float64" });
  const data = [X, Y].map((values) => tf.tensor1d(values));
  const fit = await svi.run(key(settings.seed), settings.steps, data, { progress: false });
  assert.equal(losses.length, fit.losses.length);
  losses.forEach((loss, step) => {
    assert.ok(
      Math.abs(loss - fit.losses[step]) < 1e-5 * Math.abs(loss),
      `step ${step}: ${loss}, ${fit.losses[step]}`,
    );
  });
  assert.deepEqual(Object.keys(params).sort(), Object.keys(fit.params).sort());
  for (const [name, [value]] of Object.entries(params)) {
    const [expected] = fit.params[name].dataSync();
    assert.ok(Math.abs(value - expected) < 1e-5, `${name}: ${value}, ${expected}`);
  }
});

type Numbers = readonly number[];

/** Computes a node by its definition: a scalar is one number. */
function valueOf(node: mini.Node, given: Map<mini.Node, Numbers>): Numbers {
  if (typeof node.what === "number") return [node.what];
  if (node.what === "input") return given.get(node)!;
  const inputs = node.inputs.map((x) => valueOf(x, given));
  if (node.what === "sum") return [inputs[0].reduce((a, b) => a + b, 0)];
  const one = {
    add: (a: number, b: number) => a + b,
    sub: (a: number, b: number) => a - b,
    mul: (a: number, b: number) => a * b,
    div: (a: number, b: number) => a / b,
    exp: (a: number) => Math.exp(a),
    log: (a: number) => Math.log(a),
    sqrt: (a: number) => Math.sqrt(a),
  }[node.what];
  const at = (x: Numbers, i: number) => x.length === 1 ? x[0] : x[i];
  return Array.from({ length: node.length ?? 1 }, (_, i) => one(at(inputs[0], i), at(inputs[1] ?? [0], i)));
}

/** Formulas of a scalar and of vectors of two lengths, whose values are finite. */
const formula = fc.array(
  fc.tuple(fc.constantFrom("add", "sub", "mul", "div", "exp", "log", "sqrt", "sum"), fc.nat(), fc.nat()),
  {
    minLength: 1,
    maxLength: 12,
  },
).map((steps) => {
  const inputs = [undefined, 3, 5].map((length) => new mini.Node("input", [], length));
  const nodes = [...inputs, new mini.Node(1.5)];
  for (const [what, i, j] of steps) {
    const a = nodes[i % nodes.length], b = nodes[j % nodes.length];
    const fits = a.length === undefined || b.length === undefined || a.length === b.length;
    // A bounded positive number, so that neither logarithms nor products leave the finite ones.
    const tame = (x: mini.Node) => x.mul(x).div(x.mul(x).add(1)).add(0.5);
    if (what === "sum") nodes.push(a.sum());
    else if (what === "exp" || what === "log" || what === "sqrt") nodes.push(tame(a)[what]());
    else if (fits) nodes.push(what === "add" ? a.add(b) : tame(a)[what as "sub" | "mul" | "div"](tame(b)));
  }
  return { inputs, nodes, loss: nodes.map((x) => x.sum()).reduce((a, b) => a.add(b)) };
});

const numbers = fc.tuple(
  ...[1, 3, 5].map((length) =>
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: length, maxLength: length })
  ),
);

const run = (inputs: mini.Node[], outputs: mini.Node[], values: readonly Numbers[]): Float64Array[] => {
  const results = outputs.map((x) => new Float64Array(x.length ?? 1));
  mini.compile(inputs, outputs)(values.map((x) => Float64Array.from(x)), results);
  return results;
};

Deno.test("compile() of mini.ts computes every node of a graph, whichever loops it shares", () => {
  fc.assert(fc.property(formula, numbers, ({ inputs, nodes, loss }, values) => {
    const given = new Map(inputs.map((x, i) => [x, values[i]])), outputs = [...nodes, loss];
    run(inputs, outputs, values).forEach((found, i) => {
      assert.deepEqual([...found], [...valueOf(outputs[i], given)]);
    });
  }));
});

Deno.test("grad() of mini.ts agrees with differences", () => {
  fc.assert(fc.property(formula, numbers, ({ inputs, loss }, values) => {
    const slopes = run(inputs, mini.grad(loss, inputs), values);
    const at = (moved: readonly Numbers[]) => run(inputs, [loss], moved)[0][0];
    values.forEach((own, i) =>
      own.forEach((x, j) => {
        const moved = (by: number) => values.with(i, own.with(j, x + by)), h = 1e-5;
        const difference = (at(moved(h)) - at(moved(-h))) / (2 * h), slope = slopes[i][j % slopes[i].length];
        assert.ok(Math.abs(slope - difference) < 1e-5 * (1 + Math.abs(slope)), `${slope}, ${difference}`);
      })
    );
  }));
});

Deno.test("mini.ts learns vectors, one deviation for each number", () => {
  const model = (y: mini.Node) => {
    const mean = mini.sample("mean", new mini.Normal(mini.param("centre", [0, 0, 0]), 1));
    mini.sample("y", new mini.Normal(mean, 0.5), { obs: y });
  };
  const guide = () => {
    const scale = mini.param("logScale", [0, 0, 0]).exp();
    mini.sample("mean", new mini.Normal(mini.param("loc", [0, 0, 0]), scale));
  };
  const { params } = mini.svi(model, guide, { lr: 0.01, steps: 5000, seed: 1, data: [[1, -2, 3]] });
  // The prior's centre takes the data; the posterior's variance is 1 / (1 + 1 / 0.25).
  for (const [i, y] of [1, -2, 3].entries()) {
    assert.ok(Math.abs(params.loc[i] - y) < 0.15, `${params.loc}`);
    assert.ok(Math.abs(Math.exp(params.logScale[i]) - Math.sqrt(0.2)) < 0.05, `${params.logScale}`);
  }
});

Deno.test("mini.ts refuses vectors that do not fit, and draws without a key", () => {
  const [two, three] = [2, 3].map((length) => new mini.Node("input", [], length));
  assert.throws(() => two.add(three), /Cannot combine vectors of 2 and 3 numbers/);
  assert.throws(
    () => mini.sample("z", new mini.Normal(0, 1)),
    /Cannot draw "z": the model runs without a key/,
  );
});
