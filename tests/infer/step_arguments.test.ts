import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, Predictive, SVI, SVIEnsemble } from "../../lib/infer/mod.ts";
import { plate, sample, scale } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const y = tf.tensor1d([1, 2, 3, 4]) as Tensor, key = random.key(0), weights = [1, 10, 100, 1000];
const model = (y: Tensor, weight: number | Tensor) => {
  const m = sample("m", new Normal(0, 10));
  using _w = scale(weight);
  using _d = plate("d", y.shape[0]);
  sample("y", new Normal(m, 1), { obs: y });
};
const make = (options = {}) => new SVI(model, new AutoNormal(model), adam({ lr: 0.05 }), undefined, options);

for (const engine of ["js", "onnx", "tfjs"] as const) {
  Deno.test(`numbers that differ from step to step are refused, as tensors they count (${engine})`, async () => {
    const svi = make({ engine });
    const { losses } = await svi.run(key, 4, (s) => [y, tf.scalar(weights[s])]);
    let state = await svi.init(key, y, 1);
    for (let s = 0; s < 4; s++) {
      const [next, loss] = await svi.step(state, y, weights[s]);
      assert.ok(Math.abs(loss - losses[s]) < 1e-3 * loss, `step ${s}: ${loss} and ${losses[s]}`);
      state = next;
    }
    await assert.rejects(
      svi.run(key, 4, (s) => [y, weights[s]]),
      /argument \[1\] is 10 at step 1, and 1 at step 0;.*tf\.scalar\(10\)/,
    );
    // The same number at every step is part of the program, and used.
    const fixed = await svi.run(key, 2, () => [y, 10]), listed = await svi.run(key, 2, [y, 10]);
    assert.deepEqual(fixed.losses, listed.losses);
    await svi.release();
  });
}

Deno.test("ensembles refuse numbers that differ from step to step, wherever they are", async () => {
  const ensemble = new SVIEnsemble(model, new AutoNormal(model), adam({ lr: 0.05 }), undefined, {
    members: 2,
  });
  await assert.rejects(ensemble.run(key, 4, (s) => [y, weights[s]]), /argument \[1\] is 10 at step 1/);
  assert.equal((await ensemble.run(key, 2, () => [y, 10])).losses.shape[0], 2);
  await ensemble.release();
});

Deno.test("arguments of steps that a program cannot follow are refused by their paths", async () => {
  // deno-lint-ignore no-unused-vars
  const any = (y: Tensor, ...rest: any[]) => model(y, 1),
    svi = new SVI(any, new AutoNormal(any), adam({ lr: 0.1 }));
  const refused = (other: (step: number) => unknown, message: RegExp) =>
    assert.rejects(svi.run(key, 3, (s) => [y, other(s)]), message);
  await refused(
    (s) => ({ kl: { weight: s / 2 } }),
    /argument \[1\]\.kl\.weight is 0\.5 at step 1, and 0 at step 0/,
  );
  await refused((s) => s > 0, /argument \[1\] is true at step 1, and false at step 0;.*tf\.scalar\(true\)/);
  await refused((s) => `stage ${s}`, /is "stage 1" at step 1.*it must stay the same/);
  await refused((s) => () => s, /is a function .*made anew/);
  await refused((s) => new Date(s), /is an object of class Date/);
  await refused((s) => s ? y : undefined, /is a tensor of shape \[4\] at step 1, and nothing/);
  await refused((s) => Array(s + 1).fill(1), /argument \[1\]\[1\] is 1 at step 1, and nothing/);
  await refused(
    (s) => tf.zeros([s + 2]),
    /is a tensor of shape \[3\] at step 1, and a tensor of shape \[2\].*axes/,
  );
  await refused((s) => Float32Array.of(1, s), /is an object of class Float32Array .*tf\.tensor\(\.\.\.\)/);
  const { losses } = await svi.run(key, 3, () => [y, Float32Array.of(1, 2)]);
  assert.equal(losses.length, 3, "typed arrays made anew with the same numbers are the same");
  await assert.rejects(
    svi.run(key, 1, (() => Promise.resolve([y])) as never),
    /the function of the arguments is synchronous, load the data before, it returned a promise/,
  );
  await assert.rejects(
    svi.run(key, 1, (() => y) as never),
    /returned a tensor of shape \[4\] at step 0, expected a list/,
  );
  await svi.release();
});

Deno.test("what is changed in place between steps or calls is seen", async () => {
  // deno-lint-ignore no-unused-vars
  const any = (y: Tensor, ...rest: any[]) => model(y, 1);
  const svi = new SVI(any, new AutoNormal(any), adam({ lr: 0.1 }));
  const record = { kl: [{ weight: 0 }] }, list = [0], array = Float64Array.of(0), all = [y, 0];
  const set: [(step: number) => unknown[], RegExp][] = [
    [(s) => (record.kl[0].weight = s, [y, record]), /argument \[1\]\.kl\[0\]\.weight is 1 at step 1, and 0/],
    [(s) => (list[0] = s, [y, list]), /argument \[1\]\[0\] is 1 at step 1, and 0 at step 0/],
    [(s) => (array[0] = s, [y, array]), /argument \[1\] is an object of class Float64Array at step 1/],
    [(s) => (all[1] = s, all), /argument \[1\] is 1 at step 1, and 0 at step 0/],
  ];
  for (const [args, message] of set) await assert.rejects(svi.run(key, 3, args), message);
  await svi.release();

  const f = compile((x: Tensor, w: Float64Array) => x.mul(w[0]), { engine: "js" });
  for (const w of [2, 3]) {
    array[0] = w;
    assert.deepEqual(Array.from((await f(y, array)).dataSync()), [w, 2 * w, 3 * w, 4 * w]);
  }
  await f.release();
});

Deno.test("the function of the arguments is asked once for each step, in order", async () => {
  const svi = make(), asked: number[] = [];
  await svi.run(key, 5, (step) => {
    asked.push(step);
    return [y, tf.scalar(1)];
  });
  assert.deepEqual(asked, [0, 1, 2, 3, 4]);
  await svi.release();
});

Deno.test("a batch of another length is refused unless its axis has a name", async () => {
  const batches = (s: number) => [y.slice([0], [4 - s]), tf.scalar(1)], svi = make();
  await assert.rejects(
    svi.run(key, 3, batches),
    /argument \[0\] is a tensor of shape \[3\] at step 1.*option axes/,
  );
  const named = make({ axes: [["rows"], null] });
  assert.equal((await named.run(key, 3, batches)).losses.length, 3);
  for (const s of [svi, named]) await s.release();
});

Deno.test("calls with other numbers are other programs: evaluate, Predictive, compile", async () => {
  const svi = make(), state = await svi.init(key, y, 1);
  const losses: number[] = [];
  for (const weight of weights) losses.push(await svi.evaluate(state, y, weight));
  assert.ok(losses.every((loss, i) => i === 0 || loss > 5 * losses[i - 1]), String(losses));

  const shifted = (by: number) => sample("x", new Normal(by, 1e-6));
  const predict = new Predictive(shifted, { numSamples: 2 });
  for (const by of [1, 2, -3]) assert.ok(Math.abs((await predict(key, by)).x.dataSync()[0] - by) < 1e-4);

  const tell = compile((_x: Tensor, text: string[]) => tf.scalar(text.length), { engine: "js" });
  assert.equal((await tell(y, ["a", "b"])).dataSync()[0], 2);
  assert.equal((await tell(y, ["a,=string:b"])).dataSync()[0], 1);
  assert.equal((await tell(y, ['a",="b'])).dataSync()[0], 1);
  const sign = compile((x: Tensor, zero: number) => x.mul(0).add(Object.is(zero, -0) ? -1 : 1), {
    engine: "js",
  });
  assert.deepEqual([(await sign(y, 0)).dataSync()[0], (await sign(y, -0)).dataSync()[0]], [1, -1]);
  await svi.release();
});
