import assert from "node:assert/strict";
import { compile, trace as traceGraph, valueAndGrad } from "../../lib/compile/mod.ts";
import { optimise } from "../../lib/compile/passes/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { dmm, type DmmOptions } from "../../lib/models/mod.ts";
import { ragged } from "../../lib/nn/mod.ts";
import { formatShapes, replay, seed, substitute, trace, uncondition } from "../../lib/ppl/mod.ts";
import {
  flatten,
  type HostArray,
  isHostArray,
  mapTree,
  random,
  type Tensor,
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

const wrong: [DmmOptions, string][] = [
  [{ zDim: 0 }, "Cannot make a Deep Markov Model: zDim is 0, expected a positive integer"],
  [{ rnnDim: 2.5 }, "Cannot make a Deep Markov Model: rnnDim is 2.5, expected a positive integer"],
  [{ numIafs: -1 }, "Cannot make a Deep Markov Model: numIafs is -1, expected a non-negative integer"],
  [
    { numIafs: 2, permutations: [[0, 1]] },
    "Cannot make a Deep Markov Model: there are 1 permutations for 2 flows",
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
