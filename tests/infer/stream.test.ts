import assert from "node:assert/strict";
import { adam, logWeights, SVI } from "../../lib/infer/mod.ts";
import { constraints, Normal } from "../../lib/distributions/mod.ts";
import { param, plate, sample } from "../../lib/ppl/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const batch = (...data: number[]): HostArray => ({ data: Float32Array.from(data), shape: [data.length] });
function model(x: Tensor) {
  const mean = sample("mean", new Normal(0, 3));
  using _data = plate("data", x.shape[0]);
  sample("x", new Normal(mean, 1), { obs: x });
}
const guide = (_x: Tensor) =>
  void sample(
    "mean",
    new Normal(
      param("loc", tf.scalar(0)),
      param("scale", tf.scalar(0.3), { constraint: constraints.positive }),
    ),
  );
const batches = [batch(1, 2, 3), batch(2.5), batch(0, 4)];
const make = (engine: "onnx" | "js" | "tfjs" = "onnx") =>
  new SVI(model, guide, adam({ lr: 0.01 }), undefined, { engine, axes: [["n"]] as never });

Deno.test("SVI.run() takes the arguments of each step from a function, in one program for all lengths", async () => {
  const svi = make(), seen: number[] = [];
  const args = (step: number) => {
    seen.push(step);
    return [batches[step % 3]];
  };
  const { state, losses } = await svi.run(random.key(0), 6, args, { progress: false });
  assert.equal(state.step, 6);
  assert.deepEqual([...new Set(seen)], [0, 1, 2, 3, 4, 5]);
  assert.equal(losses.length, 6);
  // Each step alone, as a loop of one step, has the same noise and gives the same numbers.
  let one = await svi.init(random.key(0), batches[0]);
  for (let step = 0; step < 6; step++) {
    const [next, loss] = await svi.step(one, batches[step % 3]);
    assert.ok(
      Math.abs(loss - losses[step]) < 1e-4 * Math.abs(loss),
      `step ${step}: ${loss} and ${losses[step]}`,
    );
    one = next;
  }
  for (const [name, { data }] of Object.entries(state.params)) {
    data.forEach((v, i) => assert.ok(Math.abs(v - one.params[name].data[i]) < 1e-5, name));
  }
  await svi.release();
});

Deno.test("SVI.run() on a stream of arguments resumes bit for bit", async () => {
  const svi = make(), args = (step: number) => [batches[step % 3]];
  const { state: straight } = await svi.run(random.key(1), 9, args, { progress: false });
  const { state: half } = await svi.run(random.key(1), 4, args, { progress: false });
  const { state: resumed } = await svi.run(random.key(7), 5, args, { state: half, progress: false });
  assert.deepEqual(resumed, straight);
  await svi.release();
});

Deno.test("SVI.run() on a stream gives the same on all engines", async () => {
  const args = (step: number) => [batches[step % 3]];
  const results: Float64Array[] = [];
  for (const engine of ["onnx", "js", "tfjs"] as const) {
    const svi = make(engine);
    results.push((await svi.run(random.key(2), 5, args, { progress: false })).losses);
    await svi.release();
  }
  for (const losses of results.slice(1)) {
    losses.forEach((loss, i) => assert.ok(Math.abs(loss - results[0][i]) < 1e-4 * Math.abs(loss)));
  }
});

Deno.test("SVI.run() leaves no tensors behind, however many calls it takes", async () => {
  for (const engine of ["onnx", "js", "tfjs"] as const) {
    for (const args of [[batches[0]], (step: number) => [batches[step % 3]]]) {
      const svi = make(engine);
      const { state } = await svi.run(random.key(3), 2, args, { progress: false, chunk: 1 });
      const before = tf.memory().numTensors;
      const { params } = await svi.run(random.key(3), 20, args, { state, progress: false, chunk: 1 });
      assert.equal(tf.memory().numTensors, before + Object.keys(params).length, engine);
      await svi.release();
    }
  }
});

Deno.test("SVI.run() on a stream names the step whose loss is not finite", async () => {
  const svi = make(), args = (step: number) => [step === 3 ? batch(NaN, 1) : batches[step % 3]];
  await assert.rejects(
    svi.run(random.key(0), 6, args, { progress: false }),
    (error: Error & { step: number }) => {
      assert.equal(error.step, 3);
      assert.match(error.message, /^Cannot go on training: at step 3 the loss is NaN, because .* site "x"/);
      return true;
    },
  );
  await svi.release();
});

Deno.test("SVI.run() throws on arguments that are no list", async () => {
  await assert.rejects(make().run(random.key(0), 1, "x" as never), {
    message:
      `Cannot train: found "x" in the place of the model's arguments, expected a list of them, such as [x, y], or ` +
      "a function from a step to its list",
  });
});

Deno.test("logWeights() gives one weight for each member of a plate, and throws on sites outside of it", () => {
  const inside = (x: Tensor) => {
    using _data = plate("data", 3);
    sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: x });
  };
  const own = (_x: Tensor) => {
    using _data = plate("data", 3);
    sample("z", new Normal(tf.tensor([0, 1, 2]), Math.SQRT1_2));
  };
  const x = tf.tensor([0, 2, 4]), weights = logWeights(random.key(0), inside, own, [x], "data");
  const evidence = new Normal(0, Math.SQRT2).logProb(x).dataSync();
  weights.dataSync().forEach((w, i) => assert.ok(Math.abs(w - evidence[i]) < 1e-5));
  assert.throws(() => logWeights(random.key(0), model, guide, [x], "data"), {
    message: 'Cannot weigh the members of plate "data": site "mean" is not in it',
  });
});

Deno.test("logWeights() in a plate of draws gives those of each draw and member", () => {
  const inside = (x: Tensor) => {
    using _data = plate("data", 3);
    sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: x });
  };
  const own = (_x: Tensor) => {
    using _data = plate("data", 3);
    sample("z", new Normal(0.5, 2));
  };
  const x = tf.tensor([0, 2, 4]), evidence = new Normal(0, Math.SQRT2).logProb(x).dataSync();
  using _draws = plate("draws", 4000, { dim: -2 });
  const weights = logWeights(random.key(0), inside, own, [x], ["draws", "data"]);
  assert.deepEqual(weights.shape, [4000, 3]);
  weights.exp().mean(0).log().dataSync().forEach((bound, i) =>
    assert.ok(Math.abs(bound - evidence[i]) < 0.1, `${bound}, not ${evidence[i]}`)
  );
  assert.throws(() => logWeights(random.key(0), inside, own, [x], ["draws", "batch"]), {
    message: 'Cannot weigh the members of plate "batch": site "z" is not in it',
  });
});
