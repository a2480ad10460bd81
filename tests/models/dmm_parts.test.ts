import assert from "node:assert/strict";
import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { dmm, type DmmOptions, dmmParts } from "../../lib/models/mod.ts";
import { parameterShapes, ragged } from "../../lib/nn/mod.ts";
import { seed, substitute, trace } from "../../lib/ppl/mod.ts";
import { type HostArray, random, type Tensor, tf, toHostArray, toTensor } from "../../lib/tensor/mod.ts";

const SIZES: DmmOptions = { inputDim: 6, zDim: 4, emissionDim: 5, transitionDim: 7, rnnDim: 8, iafDim: 9 };

function paramsOf(options: DmmOptions): Record<string, HostArray> {
  const shapes = Object.entries(parameterShapes("dmm", dmm(options).net));
  return Object.fromEntries(
    shapes.map(([name, shape], i) => [name, toHostArray(random.normal(random.key(i), shape).mul(0.5))]),
  );
}

const near = (found: Tensor, expected: Tensor, tolerance = 1e-5) => {
  assert.deepEqual(found.shape, expected.shape);
  const values = expected.dataSync();
  found.dataSync().forEach((x, i) =>
    assert.ok(Math.abs(x - values[i]) <= tolerance * (1 + Math.abs(values[i])), `${x}, expected ${values[i]}`)
  );
};

Deno.test("emitter() and transition() are those that the model scores notes and states by", () => {
  const model = dmm(SIZES), params = paramsOf(SIZES), parts = dmmParts(model, params);
  const rows = [0, 1, 2].map((t) => Array.from({ length: 6 }, (_, i) => Number((t + i) % 3 === 0)));
  const { values, first, last, mask } = ragged([rows]);
  const notes = {
    values: toTensor(values),
    first: toTensor(first),
    last: toTensor(last),
    mask: toTensor(mask),
  };
  const z = random.normal(random.key(99), [3, 1, 4]);
  const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
  const run = trace(seed(substitute(model.model, { data: { ...data, z } }), random.key(0))).get(notes);
  const states = z.squeeze<Tensor>([1]),
    before = tf.concat([parts.z0.expandDims(0), states.slice([0], [2])]) as Tensor;
  const { loc, scale } = parts.transition(before), { logits, probs } = parts.emitter(states);
  near(
    new Normal(loc, scale).toEvent(1).logProb(states),
    run.sampleSite("z").logProb.squeeze([1]),
  );
  near(
    new Bernoulli({ logits }).toEvent(1).logProb(tf.tensor(rows)),
    run.sampleSite("obs_x").logProb.squeeze([1]),
  );
  near(probs, tf.sigmoid(logits));
});

Deno.test("guide() is guideStep() after guideStep(), and what lies behind a sequence does not matter", () => {
  const options = { ...SIZES, numIafs: 1 },
    params = paramsOf(options),
    parts = dmmParts(dmm(options), params);
  const notes = random.uniform(random.key(1), [5, 2, 6]).less(0.3).cast("float32") as Tensor;
  const noise = random.normal(random.key(2), [5, 2, 4]), lengths = tf.tensor([5, 2], [2], "int32");
  const whole = parts.guide(notes, lengths, noise);
  const alone = parts.guide(
    notes.slice([0, 1], [2, 1]),
    tf.tensor([2], [1], "int32"),
    noise.slice([0, 1], [2, 1]),
  );
  for (const name of ["z", "loc", "scale"] as const) {
    assert.deepEqual(whole[name].shape, [5, 2, 4]);
    near(whole[name].slice([0, 1], [2, 1]), alone[name]);
    assert.ok(whole[name].slice([2, 1], [3, 1]).dataSync().every((x) => x === 0), `${name} behind the end`);
  }
  const row = (x: Tensor, t: number) => x.slice([t, 0], [1, 1]).squeeze<Tensor>([0]);
  // A second step whose state before is the first one's: the same hidden state gives the same
  // distribution.
  const z = row(whole.z, 0), hidden = hiddenOf(params, notes, 1);
  const next = parts.guideStep(z, hidden, row(noise, 1));
  for (const name of ["z", "loc", "scale"] as const) near(next[name], row(whole[name], 1));
});

/** What the network has read of the first lane's steps from the last one down to t. */
function hiddenOf(params: Record<string, HostArray>, notes: Tensor, t: number): Tensor {
  const p = (name: string) => toTensor(params[`dmm.${name}`]);
  let h = p("h_0").reshape([1, 8]) as Tensor;
  for (let step = notes.shape[0] - 1; step >= t; step--) {
    const x = notes.slice([step, 0], [1, 1]).reshape([1, 6]);
    h = tf.relu(
      tf.matMul(x, p("rnn.weight_ih_l0"), false, true).add(p("rnn.bias_ih_l0"))
        .add(tf.matMul(h, p("rnn.weight_hh_l0"), false, true)).add(p("rnn.bias_hh_l0")),
    );
  }
  return h;
}

Deno.test("dmmParts() throws where a parameter is missing", () => {
  const { ["dmm.z_0"]: _, ...params } = paramsOf(SIZES);
  assert.throws(() => dmmParts(dmm(SIZES), params), {
    message: 'Cannot load the parameters: it lacks "z_0"',
  });
});
