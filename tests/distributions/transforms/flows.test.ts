import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, grad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { f64, inFloat64, read } from "../../tensor/special/float64.ts";
import { denseNN } from "../../../lib/nn/mod.ts";
import { filled, near, tree } from "../../nn/reference.ts";
import { logDet } from "./log_det.ts";

const reference = JSON.parse(Deno.readTextFileSync(new URL("./flows.json", import.meta.url)));

const bins = (names: string[], tensors: Tensor[]): dist.SplineParams =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as unknown as dist.SplineParams;

/** The transform of a case from its parameters. */
function build(c: any, tensors: Tensor[]): dist.Transform {
  const names: string[] = c.params.map(([name]: [string]) => name);
  switch (c.transform) {
    case "Planar":
      return new dist.Planar(tensors[0], tensors[1], tensors[2]);
    case "Radial":
      return new dist.Radial(tensors[0], tensors[1], tensors[2]);
    case "Permute":
      return new dist.Permute(c.permutation);
    case "Spline":
      return new dist.Spline(bins(names, tensors), { bound: c.bound });
    case "SplineCoupling": {
      const own = names.findIndex((name) => name === "widths"), split = own < 0 ? names.length : own;
      const network = denseNN(c.split, c.hidden, { paramDims: c.paramDims, nonlinearity: "tanh" });
      return new dist.SplineCoupling(
        c.split,
        (x) => network.apply(tree(names.slice(0, split), tensors), x),
        own < 0 ? {} : { lower: bins(names.slice(own), tensors.slice(own)) },
      );
    }
  }
  throw new Error(`no transform ${c.transform}`);
}

const title = (c: any) => {
  const detail = [c.order, c.bound && `bound ${c.bound}`, c.identity && "first part as it is"].filter(
    Boolean,
  );
  return detail.length ? `${c.transform} (${detail.join(", ")})` : c.transform;
};
const parameters = (c: any): HostArray[] =>
  c.params.map(([, shape]: [string, number[]], k: number) => filled(shape, k, c.scale));
const host = (value: any): HostArray => {
  const shape: number[] = [];
  for (let v = value; Array.isArray(v); v = v[0]) shape.push(v.length);
  return { data: Float64Array.from([value].flat(Infinity) as number[]), shape };
};
const invertible = (c: any) => !["Planar", "Radial"].includes(c.transform);

for (const c of reference.cases) {
  const all = (x: Tensor, y: Tensor, ...tensors: Tensor[]): Record<string, Tensor> => {
    const transform = build(c, tensors), found = transform.forward(x);
    const objective = (v: Tensor): Tensor => {
      const t = build(c, tensors), w = t.forward(v);
      return t.logAbsDetJacobian(v, w).sum().add(w.square().sum());
    };
    const results: Record<string, Tensor> = {
      y: found,
      log_abs_det_jacobian: transform.logAbsDetJacobian(x, found),
      gradient: grad(objective)(x),
      again: build(c, tensors).logAbsDetJacobian(x, found),
    };
    if (invertible(c)) {
      const other = build(c, tensors);
      results.x = other.inverse(y);
      results.inverted = other.logAbsDetJacobian(results.x, y);
    }
    return results;
  };
  const expected = {
    y: c.y,
    log_abs_det_jacobian: c.log_abs_det_jacobian,
    gradient: c.gradient,
    again: c.log_abs_det_jacobian,
    ...(invertible(c) ? { x: c.x, inverted: c.log_abs_det_jacobian } : {}),
  };

  Deno.test(`${title(c)} agrees with Pyro in float64 on both engines, and eagerly`, async () => {
    const args = [host(c.x), host(c.y), ...parameters(c)];
    for (const engine of ["onnx", "js"] as const) {
      const compiled = compile(all, { dtype: "float64", engine }), found = await compiled.arrays(...args);
      await compiled.release();
      for (const [name, value] of Object.entries(expected)) {
        near(`${engine} ${name}`, found[name], value, 1e-9);
      }
    }
    const eager = all(
      ...args.map(({ data, shape }) => tf.tensor([...data], shape) as Tensor) as [Tensor, Tensor],
    );
    for (const [name, value] of Object.entries(expected)) {
      near(`eager ${name}`, { data: eager[name].dataSync(), shape: eager[name].shape }, value, 1e-3);
    }
  });

  Deno.test(`${title(c)}: round trips, and log-determinants of the Jacobian by differences`, () => {
    const width = c.x[0].length;
    const vector = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
      minLength: width,
      maxLength: width,
    });
    fc.assert(
      fc.property(vector, (values) =>
        inFloat64(() => {
          const make = () => build(c, parameters(c).map(({ data, shape }) => shaped(data, shape)));
          const at = (v: number[]): number[] => read(make().forward(f64(v)));
          const y = at(values), made = make();
          if (invertible(c)) {
            const back = read(make().inverse(f64(y)));
            values.forEach((v, i) =>
              assert.ok(Math.abs(back[i] - v) < 1e-6, `${values} came back as ${back}`)
            );
          }
          const x = f64(values), image = made.forward(x);
          assert.equal(made.inverse(image), x);
          const found = read(made.logAbsDetJacobian(x, image)).reduce((a, b) => a + b, 0);
          const h = 1e-6;
          const jacobian = values.map((_, i) => {
            const up = at(values.map((v, k) => k === i ? v + h : v));
            const down = at(values.map((v, k) => k === i ? v - h : v));
            return up.map((u, k) => (u - down[k]) / (2 * h));
          });
          // A difference across a knot, where a slope jumps in its derivative, is less exact.
          assert.ok(
            Math.abs(found - logDet(jacobian)) < 1e-3,
            `${found}, not ${logDet(jacobian)} at ${values}`,
          );
        })),
      { numRuns: 10 },
    );
  });
}

function shaped(data: ArrayLike<number>, shape: number[]): Tensor {
  const flat = f64(Array.from(data));
  return flat.reshape(shape) as Tensor;
}

Deno.test("flows with a batch of parameters expand what they are put on", () => {
  const u = tf.ones([4, 3]) as Tensor, base = () => new dist.Normal(tf.zeros([3]), 1).toEvent(1);
  for (const flow of [new dist.Planar(0.1, u, u), new dist.Radial(u, 0.1, [[1], [2], [3], [4]])]) {
    const d = new dist.TransformedDistribution(base(), flow), draws = d.sample(random.key(0), [2]);
    assert.deepEqual([d.batchShape, d.eventShape, draws.shape], [[4], [3], [2, 4, 3]]);
    assert.deepEqual(d.logProb(draws).shape, [2, 4]);
  }
});

Deno.test("Radial has a finite gradient at its centre", () => {
  const flow = new dist.Radial([1, 2], 0.3, 0.7);
  const gradient = grad((x: Tensor) => {
    const y = flow.forward(x);
    return y.sum().add(flow.logAbsDetJacobian(x, y));
  })(tf.tensor1d([1, 2])).dataSync();
  assert.ok(gradient.every(Number.isFinite), `${gradient}`);
});

Deno.test("Spline is the identity outside its bounds, with finite gradients, and passes NaN on", () => {
  const row = (count: number) => tf.tensor(Array.from({ length: count }, (_, i) => Math.sin(i + 1)));
  for (const lambdas of [undefined, row(5)]) {
    const spline = new dist.Spline({ widths: row(5), heights: row(5), derivatives: row(4), lambdas });
    const x = tf.tensor1d([-1e30, -4, 3.5, 1e30]) as Tensor, y = spline.forward(x);
    assert.deepEqual([...y.dataSync()], [...x.dataSync()]);
    assert.deepEqual([...spline.logAbsDetJacobian(x, y).dataSync()], [0, 0, 0, 0]);
    assert.deepEqual([...grad((v: Tensor) => spline.forward(v).sum())(x).dataSync()], [1, 1, 1, 1]);
    assert.deepEqual([...grad((v: Tensor) => spline.inverse(v).sum())(x).dataSync()], [1, 1, 1, 1]);
    assert.ok(Number.isNaN(spline.forward(tf.scalar(NaN)).dataSync()[0]));
    // Both ends of the square lie on the spline.
    const ends = spline.forward(tf.tensor1d([-3, 3])).dataSync();
    assert.ok(Math.abs(ends[0] + 3) < 1e-4 && Math.abs(ends[1] - 3) < 1e-4, `${ends}`);
  }
});

Deno.test("Spline rises everywhere", () => {
  const numbers = (length: number) =>
    fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: length, maxLength: length });
  fc.assert(
    fc.property(numbers(4), numbers(4), numbers(3), fc.option(numbers(4)), (w, h, d, l) => {
      inFloat64(() => {
        const spline = new dist.Spline({
          widths: f64(w),
          heights: f64(h),
          derivatives: f64(d),
          lambdas: l ? f64(l) : undefined,
        });
        const y = read(spline.forward(f64(Array.from({ length: 81 }, (_, i) => -4 + i / 10))));
        y.slice(1).forEach((v, i) => assert.ok(v > y[i], `from ${y[i]} to ${v}`));
      });
    }),
    { numRuns: 30 },
  );
});

Deno.test("inverseOf() turns a transform round, and back again", () => {
  const exp = new dist.ExpTransform(), log = dist.inverseOf(exp), x = tf.tensor1d([1, 4]) as Tensor;
  const y = log.forward(x);
  assert.ok(Math.abs(y.dataSync()[1] - Math.log(4)) < 1e-6);
  assert.equal(log.inverse(y), x);
  assert.ok(Math.abs(log.logAbsDetJacobian(x, y).dataSync()[1] + Math.log(4)) < 1e-6);
  assert.equal(log.domain, dist.constraints.positive);
  assert.equal(dist.inverseOf(log), exp);
  assert.ok(log.equals(dist.inverseOf(new dist.ExpTransform())) && !log.equals(exp));
  assert.equal(log.name, "inverse of ExpTransform");
  const stick = dist.inverseOf(new dist.StickBreakingTransform());
  assert.deepEqual([stick.forwardShape([5, 4]), stick.inverseShape([5, 3])], [[5, 3], [5, 4]]);
  const d = new dist.TransformedDistribution(new dist.LogNormal(1, 2), log), value = tf.tensor1d([0.3, -1]);
  const expected = new dist.Normal(1, 2).logProb(value).dataSync();
  d.logProb(value).dataSync().forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-5));
});

Deno.test("Permute moves the entries of any axis, and back", () => {
  const x = tf.tensor([[[1, 2], [3, 4], [5, 6]]]) as Tensor, rows = new dist.Permute([2, 0, 1], { dim: -2 });
  const y = rows.forward(x);
  assert.deepEqual(y.arraySync(), [[[5, 6], [1, 2], [3, 4]]]);
  assert.deepEqual(new dist.Permute([2, 0, 1], { dim: -2 }).inverse(y).arraySync(), x.arraySync());
  assert.deepEqual(rows.logAbsDetJacobian(x, y).arraySync(), [0]);
  assert.ok(rows.equals(new dist.Permute([2, 0, 1], { dim: -2 })));
  assert.ok(
    !rows.equals(new dist.Permute([2, 0, 1])) && !rows.equals(new dist.Permute([0, 2, 1], { dim: -2 })),
  );
});

Deno.test("iterated() stacks transforms, whose parts run once for a draw and its density", () => {
  let runs = 0;
  const network = (x: Tensor): [Tensor, Tensor] => {
    runs++;
    return [tf.cumsum(x, x.rank - 1, true), tf.cumsum(x, x.rank - 1, true).mul(0.1)];
  };
  const flow = dist.iterated(3, () => [new dist.AffineAutoregressive(network), new dist.Permute([2, 1, 0])]);
  const x = tf.tensor2d([[0.1, -0.5, 1], [1, 2, 3]]) as Tensor, y = flow.forward(x);
  const logDet = flow.logAbsDetJacobian(x, y);
  assert.equal(runs, 3);
  assert.deepEqual(logDet.shape, [2]);
  let at = x;
  const terms = flow.parts.map((part) => {
    const next = part.forward(at), term = part.logAbsDetJacobian(at, next);
    at = next;
    return term;
  });
  assert.deepEqual(at.arraySync(), y.arraySync());
  const total = tf.addN(terms).dataSync();
  logDet.dataSync().forEach((v, i) => assert.ok(Math.abs(v - total[i]) < 1e-6));
  runs = 0;
  const d = new dist.TransformedDistribution(new dist.Normal(tf.zeros([3]), 1).toEvent(1), flow);
  d.logProb(d.sample(random.key(0), [4]));
  assert.equal(runs, 3);
});

Deno.test("flows throw on parameters and values that do not fit", () => {
  const three = tf.ones([3]) as Tensor, row = (count: number) => tf.zeros([3, count]) as Tensor;
  const spline = { widths: row(4), heights: row(4), derivatives: row(3) };
  const table: [() => unknown, string][] = [
    [() => new dist.Planar(0, 1, [1, 2]), "Cannot make Planar: u is a number, expected a vector"],
    [
      () => new dist.Planar(0, three, [1, 2]),
      "Cannot make Planar: u has shape [3], w has shape [2]; expected equal last axes",
    ],
    [
      () => new dist.Planar([1, 2], three, three),
      "Cannot make Planar: bias has shape [2], expected a number or 1 on its last axis",
    ],
    [
      () => new dist.Planar(0, three, three).forward(tf.ones([2, 4])),
      "Cannot transform with Planar: the value has shape [2, 4], its parameters have shapes [3] and [3] and []",
    ],
    [
      () => new dist.Planar(0, three, three).inverse(three),
      "Cannot invert Planar: it has no inverse in closed form, and this value was not made by its forward",
    ],
    [() => new dist.Radial(0, 1, 1), "Cannot make Radial: x0 is a number, expected a vector"],
    [
      () => new dist.Radial(three, [1, 2, 3], 1),
      "Cannot make Radial: alphaPrime has shape [3], expected a number or 1 on its last axis",
    ],
    [
      () => new dist.Radial(three, 1, 1).inverse(three),
      "Cannot invert Radial: it has no inverse in closed form, and this value was not made by its forward",
    ],
    [
      () => new dist.Permute([0, 2]),
      "Cannot make Permute: permutation is [0, 2], expected each of 0 to 1 once",
    ],
    [() => new dist.Permute([]), "Cannot make Permute: permutation is [], expected each of 0 to 0 once"],
    [
      () => new dist.Permute([0, NaN]),
      "Cannot make Permute: permutation is [0, NaN], expected each of 0 to 1 once",
    ],
    [
      () => new dist.Permute([0, 1], { dim: 0 }),
      "Cannot make Permute: dim is 0, expected a negative integer, as axes count from the right",
    ],
    [
      () => new dist.Permute([1, 0]).forward(three),
      "Cannot transform with Permute: the value has shape [3], expected 2 on axis -1",
    ],
    [
      () => new dist.Spline(spline, { bound: -1 }),
      "Cannot make Spline: bound is -1, expected a positive number",
    ],
    [
      () => new dist.Spline(spline, { bound: NaN }),
      "Cannot make Spline: bound is NaN, expected a positive number",
    ],
    [
      () => new dist.Spline({ ...spline, widths: row(1) }),
      "Cannot make Spline: widths has shape [3, 1], expected 2 to 1000 bins on its last axis",
    ],
    [
      () => new dist.Spline({ ...spline, derivatives: row(4) }),
      "Cannot make Spline: derivatives has shape [3, 4], expected [3, 3]",
    ],
    [
      () => new dist.Spline({ ...spline, lambdas: row(3) }),
      "Cannot make Spline: lambdas has shape [3, 3], expected [3, 4]",
    ],
    [
      () => new dist.Spline(spline).forward(tf.ones([2, 4])),
      "Cannot transform with Spline: the value has shape [2, 4], the spline is for [3]",
    ],
    [
      () => new dist.SplineCoupling(0, () => []),
      "Cannot make SplineCoupling: splitDim is 0, expected a positive integer",
    ],
    [
      () => new dist.SplineCoupling(2, () => [], { lower: spline }),
      "Cannot make SplineCoupling: lower is for 3 variables, splitDim is 2",
    ],
    [
      () => new dist.SplineCoupling(1, () => []).forward(three),
      "Cannot transform with SplineCoupling: the network gave 0 results, " +
      "expected widths, heights, slopes and for a linear spline lambdas",
    ],
    [
      () => new dist.SplineCoupling(1, () => [three, three, three]).forward(three),
      "Cannot transform with SplineCoupling: the network gave a result of shape [3], expected a multiple of 2 on its last axis",
    ],
    [
      () => new dist.SplineCoupling(3, () => []).forward(three),
      "Cannot transform with SplineCoupling: the value has shape [3], expected more than 3 on its last axis",
    ],
    [
      () => dist.iterated(0, () => []),
      "Cannot iterate transforms: repeats is 0, expected a positive integer",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});
