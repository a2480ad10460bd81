import assert from "node:assert/strict";
import { adagrad, adam, ASVGD, AutoNormal, constraints, graphicalKernel, HalfNormal } from "../../mod.ts";
import { imqKernel, initToUniform, initToValue, key, linearKernel, LogNormal } from "../../mod.ts";
import { mixtureKernel, MultivariateNormal, Normal, pairwiseKernel, param, plate } from "../../mod.ts";
import { Predictive, probabilityProductKernel, randomFeatureKernel, rbfKernel } from "../../mod.ts";
import { sample, sgd, SteinVI, SVGD } from "../../mod.ts";
import type { ParticleParts, SteinField, SteinKernel } from "../../lib/infer/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import type { Key } from "../../lib/tensor/mod.ts";
import { close, conjugate, data, exactPosterior, normalGuide } from "./models.ts";
import { random, type Tensor, tf } from "./tensors.ts";

const quiet = { progress: false }, x = tf.tensor2d([[0.3, -1], [1.2, 0.4], [-0.7, 2], [0.1, 0.2]]);
const values = (t: Tensor): number[] => [...t.dataSync()];

/** Two parameters, of one number each, the second one positive. */
const parts: ParticleParts = new Map([
  ["z_auto_loc", { begin: 0, end: 1, constraint: constraints.real }],
  ["z_auto_scale", { begin: 1, end: 2, constraint: constraints.softplusPositive }],
]);

const kernels = {
  rbf: [rbfKernel({ bandwidth: 1.7 }), (d: number) => Math.exp(-d / 1.7)],
  imq: [imqKernel({ c: 0.8, exponent: -0.4 }), (d: number) => (0.64 + d) ** -0.4],
  linear: [linearKernel(), (_d: number, dot: number) => dot + 1],
  mixture: [
    mixtureKernel([imqKernel(), linearKernel()], [2, 0.5]),
    (d: number, dot: number) => 2 * (1 + d) ** -0.5 + 0.5 * (dot + 1),
  ],
  pairwise: [
    pairwiseKernel((x, y) => x.sub(y).square().sum().div(-1.7).exp()),
    (d: number) => Math.exp(-d / 1.7),
  ],
} as const;

for (const [name, [kernel, k]] of Object.entries(kernels)) {
  Deno.test(`kernel ${name}: values, and repulsion by finite differences`, () => {
    const rows = x.arraySync(), { smooth, repulsion } = kernel(x, parts), gram = smooth(tf.eye(4) as Tensor);
    const at = (a: number[], b: number[]) =>
      k(a.reduce((s, v, d) => s + (v - b[d]) ** 2, 0), a.reduce((s, v, d) => s + v * b[d], 0));
    const grams = gram.arraySync() as number[][], forces = repulsion.arraySync() as number[][];
    rows.forEach((b, i) => {
      rows.forEach((a, j) => close(grams[j][i], at(a, b), 1e-5, `k(${j}, ${i})`));
      [0, 1].forEach((d) => {
        const slope = (a: number[]) => (at(a.with(d, a[d] + 1e-4), b) - at(a.with(d, a[d] - 1e-4), b)) / 2e-4;
        close(forces[i][d], rows.reduce((sum, a) => sum + slope(a), 0), 1e-4, `repulsion ${i}, ${d}`);
      });
    });
  });
}

Deno.test("kernels of each number by itself, and of each parameter, are kernels of their columns", () => {
  const column = (t: Tensor, d: number) => t.slice([0, d], [-1, 1]),
    rows = random.normal(random.key(0), [4, 2]);
  const [by, quadric] = [rbfKernel({ bandwidth: 1.7 }), imqKernel({ c: 0.5 })];
  const expected = (kernels: SteinKernel[], of: (field: SteinField, d: number) => Tensor) =>
    values(tf.concat(kernels.map((kernel, d) => of(kernel(column(x, d), parts), d)), 1));
  const cases: [SteinKernel, SteinKernel[]][] = [
    [rbfKernel({ bandwidth: 1.7, mode: "vector" }), [by, by]],
    [imqKernel({ c: 0.5, mode: "vector" }), [quadric, quadric]],
    [graphicalKernel({ kernels: { z_auto_scale: quadric }, rest: by }), [by, quadric]],
  ];
  for (const [kernel, columns] of cases) {
    const { smooth, repulsion } = kernel(x, parts);
    const at = (all: number[], wanted: number[]) => all.forEach((v, i) => close(v, wanted[i], 1e-5));
    at(values(smooth(rows)), expected(columns, (field, d) => field.smooth(column(rows, d))));
    at(values(repulsion), expected(columns, (field) => field.repulsion));
  }
  assert.throws(
    () => graphicalKernel({ kernels: { other: by } })(x, parts),
    /a kernel's name is "other", expected one of the guide's parameters, "z_auto_loc", "z_auto_scale"/,
  );
});

Deno.test("random features come near the radial kernel, and move particles as their own slopes say", () => {
  const [exact, some] = [
    rbfKernel({ bandwidth: 3 }),
    randomFeatureKernel({ numFeatures: 4000, bandwidth: 3 }),
  ]
    .map((kernel) => kernel(x, parts));
  const rows = random.normal(random.key(0), [4, 2]);
  values(exact.smooth(rows)).forEach((v, i) => close(values(some.smooth(rows))[i], v, 0.1));
  values(exact.repulsion).forEach((v, i) => close(values(some.repulsion)[i], v, 0.15));
});

Deno.test("normals are as near as the product of their densities, in the kernel of AutoNormal", () => {
  const guide = new AutoNormal(() => void sample("z", new Normal(0, 1)));
  const at = (a: number[], b: number[]) => {
    const [d, e] = [a[1], b[1]].map((u) => Math.log1p(Math.exp(u)));
    return Math.exp(-((a[0] - b[0]) ** 2) / (d * d + e * e));
  };
  const rows = x.arraySync() as number[][],
    { smooth, repulsion } = probabilityProductKernel(guide, { scale: 2 })(x, parts);
  const gram = smooth(tf.eye(4) as Tensor).arraySync() as number[][],
    forces = repulsion.arraySync() as number[][];
  rows.forEach((b, i) => {
    rows.forEach((a, j) => close(gram[i][j], at(a, b), 1e-5));
    [0, 1].forEach((d) => {
      const slope = (a: number[]) => (at(a.with(d, a[d] + 1e-4), b) - at(a.with(d, a[d] - 1e-4), b)) / 2e-4;
      close(forces[i][d], rows.reduce((sum, a) => sum + slope(a), 0), 1e-3);
    });
  });
});

Deno.test("SteinVI of normals by the product of their densities covers a posterior of two modes", async () => {
  const model = () => void sample("x", new Normal(sample("z", new Normal(0, 3)).square(), 1), { obs: 9 });
  const guide = new AutoNormal(model, { initStrategy: initToUniform({ radius: 4 }) });
  const stein = new SteinVI(model, guide, adam({ lr: 0.1 }), {
    numParticles: 6,
    kernel: probabilityProductKernel(guide),
  });
  const { params } = await stein.run(key(1), 300, [], quiet);
  const locs = values(params.z_auto_loc);
  assert.ok(locs.every((z) => Math.abs(Math.abs(z) - 3) < 0.5), `${locs}`);
  assert.ok(Math.min(...locs) < 0 && Math.max(...locs) > 0);
  assert.throws(
    () => probabilityProductKernel((() => {}) as never),
    /the guide is function, expected the AutoNormal/,
  );
});

Deno.test("annealed particles that begin in one mode come to both, others stay", async () => {
  const model = () => void sample("x", new Normal(sample("z", new Normal(0, 4)).square(), 2), { obs: 9 });
  const initStrategy = (_site: unknown, k: Key) => random.uniform(k, []).add(2.5);
  const options = { numParticles: 20, initStrategy };
  const plain = await new SVGD(model, adagrad({ lr: 0.5 }), options).run(key(0), 400, [], quiet);
  assert.ok(values(plain.samples.z).every((z) => z > 0));
  const asvgd = new ASVGD(model, adagrad({ lr: 0.5 }), { ...options, numSteps: 400, numCycles: 4 });
  const { samples } = await asvgd.run(key(0), 400, [], quiet), z = values(samples.z);
  assert.ok(z.some((z) => z < 0) && z.some((z) => z > 0), `${z}`);
  assert.ok(z.filter((z) => Math.abs(Math.abs(z) - 3) < 1).length > 12, `${z}`);
  assert.throws(() => new ASVGD(model, adam({ lr: 1 }), { numSteps: 0 }), /ASVGD: numSteps is 0/);
});

Deno.test("the bandwidth is the squared median distance over the logarithm of the number of particles", () => {
  // Distances of 0, 1 and 3: nine of all pairs, the median 1.
  const gram = rbfKernel()(tf.tensor2d([[0], [1], [3]]), parts).smooth(tf.eye(3) as Tensor);
  close(values(gram)[1], Math.exp(-1 / (1 / Math.log(3) + 1e-5)), 1e-5);
  const one = rbfKernel()(tf.tensor2d([[2]]), parts), alone = one.smooth(tf.tensor2d([[1]]));
  assert.deepEqual([values(alone), values(one.repulsion)], [[1], [0]]);
});

for (const engine of ["js", "onnx", "wasm"] as const) {
  Deno.test(`SVGD of a constrained and a free number has their moments, in engine ${engine}`, async () => {
    const model = () => {
      sample("z", new Normal(3, 2));
      sample("s", new LogNormal(0.5, 0.4));
    };
    const svgd = new SVGD(model, adam({ lr: 0.1 }), { numParticles: 30, engine });
    const { samples, losses, guide } = await svgd.run(key(0), 300, [], quiet);
    assert.deepEqual([samples.z.shape, losses.length], [[30], 300]);
    // Particles of SVGD are spread a little less than the posterior.
    const z = moments(values(samples.z)), s = moments(values(samples.s).map(Math.log));
    close(z.mean, 3, 0.15, "mean of z");
    close(z.sd, 2, 0.3, "sd of z");
    close(s.mean, 0.5, 0.06, "mean of log s");
    close(s.sd, 0.4, 0.08, "sd of log s");
    const drawn = await new Predictive(model, { guide, params: {}, numSamples: 60 })(key(1));
    assert.ok(values(drawn.z).every((z) => values(samples.z).some((own) => Math.abs(own - z) < 1e-5)));
    await svgd.release();
  });
}

Deno.test("particles of one correlated normal have its covariance", async () => {
  const model = () => void sample("z", new MultivariateNormal([1, -1], { covariance: [[1, 0.8], [0.8, 1]] }));
  const svgd = new SVGD(model, adagrad({ lr: 0.5 }), { numParticles: 50 });
  const z = (await svgd.run(key(2), 400, [], quiet)).samples.z.arraySync() as number[][];
  const [a, b] = [0, 1].map((d) => moments(z.map((row) => row[d])));
  close(a.mean, 1, 0.15);
  close(b.mean, -1, 0.15);
  const covariance = z.reduce((sum, row) => sum + (row[0] - a.mean) * (row[1] - b.mean), 0) / 49;
  close(covariance / (a.sd * b.sd), 0.8, 0.1, "correlation");
});

Deno.test("one particle is plain SVI", async () => {
  const { mean, sd } = exactPosterior();
  const one = new SteinVI(conjugate, normalGuide, adam({ lr: 0.05 }), { numParticles: 1 });
  const { params } = await one.run(key(0), 1500, [data], quiet);
  close(values(params.loc)[0], mean, 0.15);
  close(values(params.scale)[0], sd, 0.08);
});

Deno.test("parameters of the model are shared and follow the mean gradient", async () => {
  const model = (x: Tensor) => {
    const shift = param("shift", tf.scalar(0)), z = sample("z", new Normal(shift, 1));
    using _data = plate("data", x.shape[0]);
    sample("x", new Normal(z, 1), { obs: x });
  };
  const stein = new SVGD(model, adam({ lr: 0.05 }), { numParticles: 12 });
  const { params, samples } = await stein.run(key(0), 1000, [tf.tensor([1, 2, 3])], quiet);
  assert.deepEqual([params.shift.shape, samples.z.shape], [[], [12]]);
  // The evidence is largest where the prior's mean is the data's.
  close(values(params.shift)[0], 2, 0.1);
});

Deno.test("particles that start at one point stay one; mistakes are told", async () => {
  const model = () => void sample("s", new HalfNormal(1));
  const start = { numParticles: 3, initStrategy: initToValue({ values: { s: 2 } }) };
  const { samples } = await new SVGD(model, sgd({ lr: 0.01 }), start).run(key(0), 5, [], quiet);
  assert.equal(new Set(values(samples.s)).size, 1);
  assert.throws(() => new SVGD(model, adam({ lr: 1 }), { numParticles: 0 }), /numParticles is 0/);
  assert.throws(() => new SVGD(model, adam({ lr: 1 }), { repulsion: -1 }), /repulsion is -1/);
  assert.throws(() => imqKernel({ exponent: 1 }), /exponent is 1, expected a number between -1 and 0/);
  assert.throws(() => mixtureKernel([]), /the list of kernels is empty/);
  const wild = new SVGD(() => void sample("z", new Normal(0, 1e-3)), sgd({ lr: 1e12 }), { numParticles: 2 });
  await assert.rejects(
    wild.run(key(0), 50, [], quiet),
    /Cannot train: at step \d+ the loss of particle \d is/,
  );
});
