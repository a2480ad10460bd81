import assert from "node:assert/strict";
import { compile, trace as traceGraph, valueAndGrad } from "../../lib/compile/mod.ts";
import { optimise } from "../../lib/compile/passes/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { dmm, type DmmOptions, type DmmParams } from "../../lib/models/mod.ts";
import { made, ragged } from "../../lib/nn/mod.ts";
import { formatShapes, replay, seed, substitute, trace, uncondition } from "../../lib/ppl/mod.ts";
import {
  flatten,
  type HostArray,
  isHostArray,
  mapTree,
  random,
  type Tensor,
  tf,
  toHostArray,
  toTensor,
} from "../../lib/tensor/mod.ts";
import { allNodes } from "../compile/passes/bodies.ts";

const sizes = { inputDim: 6, zDim: 3, emissionDim: 5, transitionDim: 4, rnnDim: 7 };
const rows = (length: number, from: number) =>
  Array.from(
    { length },
    (_, t) => Array.from({ length: 6 }, (_, i) => Number((from + t * 5 + i * 3) % 4 === 0)),
  );
const sequences = [rows(5, 1), rows(2, 2), rows(3, 3)];
const batch = (pack: boolean) => {
  const { places, ...notes } = ragged(sequences, { pack });
  return { notes, places };
};
const tensors = (notes: unknown) => mapTree(notes, isHostArray, toTensor) as never;
const axes = { values: ["T", "B", null], first: ["T", "B", null], last: ["T", "B", null], mask: ["T", "B"] };

function paramsOf(options: DmmOptions): Record<string, HostArray> {
  const run = trace(seed(dmm(options).guide, random.key(3))).get(tensors(batch(false).notes));
  return Object.fromEntries(Object.entries(run.params()).map(([name, t]) => [name, toHostArray(t)]));
}

Deno.test("dmm() has the sites z and obs_x of each step, stacked along time", () => {
  const { model, guide } = dmm(sizes), notes = tensors(batch(false).notes);
  const ofGuide = trace(seed(guide, random.key(0))).get(notes);
  const ofModel = trace(seed(replay(model, { trace: ofGuide }), random.key(1))).get(notes);
  assert.deepEqual(
    ofModel.sampleSites.map(({ name, value, isObserved }) => [name, value.shape, isObserved]),
    [
      ["z", [5, 3, 3], false],
      ["obs_x", [5, 3, 6], true],
    ],
  );
  assert.deepEqual([...ofModel.value("z[4]").dataSync()], [...ofGuide.value("z").dataSync().slice(4 * 9)]);
  assert.deepEqual(ofModel.sampleSite("z").plates.map(({ name }) => name), ["sequences"]);
  assert.match(formatShapes(ofModel), /obs_x/);
});

Deno.test("dmm() starts its linear transition as the identity and its first states at zero", () => {
  const params = paramsOf(sizes);
  assert.deepEqual([...params["dmm.trans.lin_z_to_loc.weight"].data], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  for (const name of ["trans.lin_z_to_loc.bias", "z_0", "z_q_0", "h_0"]) {
    assert.ok(params[`dmm.${name}`].data.every((x) => x === 0), name);
  }
  assert.deepEqual(params["dmm.h_0"].shape, [1, 1, 7]);
});

for (const numIafs of [0, 2]) {
  Deno.test(`dmm() gives sequences end to end in a lane the loss of sequences in lanes of their own, ${numIafs} flows`, async () => {
    const options = { ...sizes, numIafs, iafDim: 4 },
      { model, guide } = dmm(options),
      params = paramsOf(options);
    const step = compile(
      (p: Record<string, Tensor>, notes: unknown, key: never) =>
        valueAndGrad((q: Record<string, Tensor>) =>
          new TraceELBO().loss(key, substitute(model, { data: q }), substitute(guide, { data: q }), [
            notes,
            0.7,
          ])
        )(p),
      { engine: "onnx", dtype: "float64", axes: [null, axes, null] as never },
    );
    const results = [];
    for (const pack of [false, true]) {
      const { notes, places } = batch(pack), [T, B] = notes.values.shape;
      // The same noise for each step of each sequence, wherever it lies.
      const noise = new Float64Array(T * B * 3);
      places.forEach(({ lane, start, length }, s) => {
        for (let t = 0; t < length; t++) {
          for (let z = 0; z < 3; z++) {
            noise[((start + t) * B + lane) * 3 + z] = Math.sin(s * 100 + t * 10 + z);
          }
        }
      });
      const program = await step.program(params, notes, random.key(0));
      const arrays = flatten([params, notes], isHostArray).leaves as HostArray[];
      results.push(
        program.rebuild(await program.run(arrays, [], { noise: [{ data: noise, shape: [T, B, 3] }] })),
      );
    }
    const [padded, packed] = results;
    assert.ok(Math.abs(padded.value.data[0] - packed.value.data[0]) < 1e-11 * Math.abs(padded.value.data[0]));
    for (const [name, { data }] of Object.entries(padded.grad as Record<string, HostArray>)) {
      data.forEach((g, i) => assert.ok(Math.abs(g - packed.grad[name].data[i]) < 1e-10, name));
    }
    await step.release();
  });
}

Deno.test("compiled, only the recurrences of the guide stay in loops: two forward, two backward", () => {
  const { model, guide } = dmm(sizes), params = paramsOf(sizes);
  for (const elbo of [new TraceELBO(), new TraceMeanFieldELBO()]) {
    const { graph } = traceGraph(
      ((p: Record<string, Tensor>, notes: unknown, key: never) =>
        valueAndGrad((q: Record<string, Tensor>) =>
          elbo.loss(key, substitute(model, { data: q }), substitute(guide, { data: q }), [notes])
        )(p)) as never,
      [params, batch(false).notes, random.key(0)],
      [null, axes, null] as never,
    );
    assert.ok(allNodes(graph).filter((node) => node.body).length > 4);
    optimise(graph);
    assert.equal(allNodes(graph).filter((node) => node.body).length, 4);
  }
});

Deno.test("dmm() composes: without observations the notes are drawn", () => {
  const { model } = dmm(sizes), notes = tensors(batch(false).notes);
  const run = trace(seed(uncondition(model), random.key(5))).get(notes);
  const drawn = run.value("obs_x");
  assert.deepEqual(drawn.shape, [5, 3, 6]);
  assert.ok(drawn.dataSync().every((x) => x === 0 || x === 1));
  assert.ok(run.sampleSite("obs_x").isObserved === false);
});

Deno.test("dmm() draws orders and degrees of each flow from seeds: every degree from 1 to zDim - 1, none twice as often", () => {
  const of = (given: DmmOptions) => dmm({ zDim: 6, iafDim: 5000, numIafs: 2, ...given }).options;
  const { maskDegrees, permutations } = of({ maskDegrees: 0 });
  for (const degrees of maskDegrees) {
    const counts = [0, 1, 2, 3, 4, 5, 6].map((degree) => degrees.filter((d) => d === degree).length);
    assert.deepEqual([counts[0], counts[6], counts.reduce((a, b) => a + b)], [0, 0, 5000]);
    assert.ok(counts.slice(1, 6).every((count) => Math.abs(count - 1000) < 5 * Math.sqrt(1000)), `${counts}`);
  }
  assert.notDeepEqual(maskDegrees[0], maskDegrees[1]);
  assert.deepEqual(of({ maskDegrees: 0 }).maskDegrees, maskDegrees);
  assert.notDeepEqual(of({ maskDegrees: 1 }).maskDegrees, maskDegrees);
  // Neither depends on the other's seed.
  assert.deepEqual(of({ maskDegrees: 0, permutations: 3 }).maskDegrees, maskDegrees);
  assert.deepEqual(of({ maskDegrees: 5 }).permutations, permutations);
  assert.deepEqual(of({}).maskDegrees, [0, 1].map(() => made(6, [5000]).degrees[0]));
  assert.deepEqual(dmm({ zDim: 1, iafDim: 3, numIafs: 1, maskDegrees: 0 }).options.maskDegrees, [[1, 1, 1]]);
});

Deno.test("stable flows of dmm() lie between the normal's draw and the network's mean", () => {
  const at = (stableFlows: boolean) => {
    const options = { ...sizes, numIafs: 1, stableFlows, maskDegrees: 2 }, model = dmm(options);
    const { networks, options: { zDim, rnnDim } } = model,
      { iafs_modules, combiner } = model.net.init(random.key(1));
    const step = networks.guideStep({ iafs_modules, combiner } as DmmParams);
    const noise = random.normal(random.key(2), [1, zDim]), key = new random.GivenKey(noise);
    const { loc, scale, distribution } = step(tf.ones([1, zDim]), tf.ones([1, rnnDim]));
    const draw = loc.add(scale.mul(noise)), [mean, a] = networks.flows[0].apply(iafs_modules[0].arn, draw);
    return [distribution.sample(key), draw, mean, a].map((t) => [...t.dataSync()]);
  };
  const [stable, draw, mean, a] = at(true), [unstable] = at(false);
  for (let i = 0; i < draw.length; i++) {
    const s = 1 / (1 + Math.exp(-a[i] - 2));
    assert.ok(Math.abs(stable[i] - (s * draw[i] + (1 - s) * mean[i])) < 1e-6);
    assert.ok(Math.abs(unstable[i] - (Math.exp(a[i]) * draw[i] + mean[i])) < 1e-6);
  }
});

const wrong: [DmmOptions, string][] = [
  [{ zDim: 0 }, "Cannot make a Deep Markov Model: zDim is 0, expected a positive integer"],
  [{ rnnDim: 2.5 }, "Cannot make a Deep Markov Model: rnnDim is 2.5, expected a positive integer"],
  [{ numIafs: -1 }, "Cannot make a Deep Markov Model: numIafs is -1, expected a non-negative integer"],
  [
    { numIafs: 2, permutations: [[0, 1]] },
    "Cannot make a Deep Markov Model: there are 1 permutations for 2 flows",
  ],
  [
    { numIafs: 1, maskDegrees: [[1], [2]] },
    "Cannot make a Deep Markov Model: there are 2 maskDegrees for 1 flows",
  ],
  [
    { zDim: 3, iafDim: 4, numIafs: 1, maskDegrees: [[1, 2]] },
    "Cannot make made: degrees has lists of [2] units, expected [4], one for each hidden unit",
  ],
  [
    { stableFlows: 1 as unknown as boolean },
    "Cannot make a Deep Markov Model: stableFlows is 1, expected true or false",
  ],
];
for (const [options, message] of wrong) {
  Deno.test(`dmm() throws: ${message}`, () => assert.throws(() => dmm(options), { message }));
}

Deno.test("dmm() names layer and shape where notes have another size", () => {
  const { guide } = dmm({ ...sizes, inputDim: 8 });
  assert.throws(() => trace(seed(guide, random.key(0))).get(tensors(batch(false).notes)), {
    message:
      /^Cannot run rnn: the input has shape \[5,3,6\], expected \[time, batch, 8\] \(at dmm\.test\.ts:\d+:\d+\)$/,
  });
});
