import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, vmap } from "../../lib/compile/mod.ts";
import { TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { encodeSafetensors } from "../../lib/tensor/mod.ts";
import {
  encodeNeuralProcess,
  loadNeuralProcess,
  neuralProcess,
  neuralProcessPredictive,
  randomContext,
  withRandomContext,
} from "../../lib/models/mod.ts";
import { ones, parameterShapes } from "../../lib/nn/mod.ts";
import { module, seed, substitute, trace } from "../../lib/ppl/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf, toHostArray } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

const x = tf.tensor([[-2], [-1], [0], [1], [2]]), y = x.sin() as Tensor;
const flags = (...known: boolean[]): Tensor => tf.tensor1d(known, "bool");
const context = flags(true, false, false, true, false), target = tf.logicalNot(context) as Tensor;

const paramsOf = (np = neuralProcess()): Record<string, HostArray> =>
  Object.fromEntries(
    trace(seed(() => module("np", np.net)(), random.key(3))).get().paramSites.map(({ name, value }) => [
      name,
      toHostArray(value),
    ]),
  );

Deno.test("neuralProcess() has the sites z and y, and the parameters of PyTorch's layers", () => {
  const np = neuralProcess({ zDim: 3 });
  const model = trace(seed(np.model, random.key(0))).get({ x, y, context, target });
  assert.deepEqual(model.sampleSites.map(({ name }) => name), ["z", "y"]);
  assert.deepEqual(model.value("z").shape, [3]);
  const guide = trace(seed(np.guide, random.key(0))).get({ x, y, context, target });
  assert.deepEqual(guide.sampleSites.map(({ name }) => name), ["z"]);
  assert.deepEqual(parameterShapes("np", np.net), {
    "np.decoder.layers[0].bias": [8],
    "np.decoder.layers[0].weight": [8, 4],
    "np.decoder.layers[1].bias": [1],
    "np.decoder.layers[1].weight": [1, 8],
    "np.encoder.layers[0].bias": [8],
    "np.encoder.layers[0].weight": [8, 2],
    "np.encoder.layers[1].bias": [2],
    "np.encoder.layers[1].weight": [2, 8],
    "np.loc.bias": [3],
    "np.loc.weight": [3, 2],
    "np.scale.bias": [3],
    "np.scale.weight": [3, 2],
  });
});

Deno.test("neuralProcess() starts its weights as told, its biases as PyTorch", () => {
  const { decoder, loc } = neuralProcess({ weightInit: ones }).net.init(random.key(0));
  assert.ok(decoder.layers.every(({ weight }) => weight.dataSync().every((w) => w === 1)));
  assert.ok(loc.bias!.dataSync().every((b) => Math.abs(b) < Math.SQRT1_2 && b !== 1));
});

Deno.test("the latent variable depends on the points that are known, whatever their order, and on no others", () => {
  const np = neuralProcess(), params = np.net.init(random.key(1));
  const of = (x: Tensor, y: Tensor, known: Tensor) => {
    const { loc, scale } = np.latent(params, x, y, known);
    return [...loc.dataSync(), ...scale.dataSync()];
  };
  const close = (a: number[], b: number[]) => a.every((v, i) => Math.abs(v - b[i]) < 1e-6);
  const base = of(x, y, context);
  assert.ok(close(of(x, y.add(tf.tensor([[0], [9], [9], [0], [9]])), context), base));
  assert.ok(close(of(x.reverse(0), y.reverse(0), context.reverse(0)), base));
  assert.ok(!close(of(x, y.add(1), context), base));
  assert.ok(of(x, y, context).slice(2).every((sd) => sd > 0));
});

Deno.test("decode() makes a function of each draw, also of draws within plates", () => {
  const np = neuralProcess(), params = np.net.init(random.key(1)), z = random.normal(random.key(2), [4, 2]);
  const values = np.decode(params, x, z);
  assert.deepEqual(values.shape, [4, 5, 1]);
  assert.deepEqual(np.decode(params, x, z.expandDims(1)).arraySync(), values.arraySync());
  assert.deepEqual(np.decode(params, x, tf.unstack(z)[1]).arraySync(), tf.unstack(values)[1].arraySync());
});

Deno.test("only targets count, and an observation's own standard deviation is taken", () => {
  const np = neuralProcess(), params = paramsOf(np);
  const data = Object.fromEntries(
    Object.entries(params).map(([name, { data, shape }]) => [name, tf.tensor(data as Float32Array, shape)]),
  );
  const at = (points: Record<string, Tensor>) => {
    const model = trace(seed(substitute(np.model, { data }), random.key(0))).get({
      x,
      y,
      context,
      target,
      ...points,
    });
    return model.sampleSite("y").logProbSum.dataSync()[0];
  };
  const other = y.add(tf.tensor([[1], [0], [0], [0], [0]])),
    loc = at({ context: flags(false, true, false, false, false) });
  assert.ok(Number.isFinite(loc));
  assert.notEqual(at({ y: other }), at({ y: y.add(1) }));
  assert.ok(at({ scale: tf.fill([5, 1], 100) }) > at({}));
  assert.deepEqual(at({ target: flags(false, false, false, false, false) }), 0);
});

Deno.test("randomContext() has every size as often, and every point", () => {
  const draw = compile((k: Key) => vmap((own: Key) => randomContext(own, 5, 1, 3), { size: 6000 })(k));
  return draw(random.key(0)).then((known) => {
    const sizes = [0, 0, 0, 0, 0, 0], points = [0, 0, 0, 0, 0];
    for (const row of known.arraySync() as unknown as number[][]) {
      sizes[row.reduce((a, b) => a + b)]++;
      row.forEach((k, i) => points[i] += k);
    }
    assert.deepEqual([sizes[0], sizes[4], sizes[5]], [0, 0, 0]);
    for (const n of sizes.slice(1, 4)) assert.ok(Math.abs(n / 6000 - 1 / 3) < 0.025, `${sizes}`);
    for (const n of points) assert.ok(Math.abs(n / 6000 - 0.4) < 0.025, `${points}`);
  });
});

Deno.test("randomContext() has a size between its bounds", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 9 }), (s, points) => {
      const most = Math.max(1, points - 1), least = Math.min(2, most);
      const size = randomContext(random.key(s), points, least, most).cast("float32").sum().dataSync()[0];
      assert.ok(size >= least && size <= most);
    }),
    { numRuns: 40 },
  );
  assert.throws(() => randomContext(random.key(0), 5, 1, 5), {
    message: "Cannot choose a context of 1 to 5 of 5 points: expected at least 1, and fewer than all",
  });
  assert.throws(() => randomContext(random.key(0), 5, 0, 2), /of 0 to 2 of 5/);
});

Deno.test("withRandomContext() draws a context and leaves the rest to the loss", () => {
  const np = neuralProcess(),
    data = Object.fromEntries(
      Object.entries(paramsOf(np)).map((
        [name, { data, shape }],
      ) => [name, tf.tensor(data as Float32Array, shape)]),
    );
  const seen: number[] = [];
  const model = (points: Parameters<typeof np.model>[0]) => {
    seen.push(points.context.cast("float32").sum().dataSync()[0]);
    assert.ok(points.context.dataSync().every((k, i) => k !== points.target.dataSync()[i]));
    np.model(points);
  };
  const loss = withRandomContext(new TraceELBO().loss, 2, 2);
  const value = loss(random.key(0), substitute(model, { data }), substitute(np.guide, { data }), [x, y]);
  assert.ok(Number.isFinite(value.dataSync()[0]));
  assert.ok(seen.length > 0 && seen.every((n) => n === 2));
});

Deno.test("the closed form of the divergence is the mean of sampled ones", async () => {
  const np = neuralProcess(), params = paramsOf(np);
  const losses = [TraceELBO, TraceMeanFieldELBO].map((Loss) => {
    const { loss } = new Loss({ numParticles: 4000, vectorizeParticles: true });
    return compile((p: Record<string, Tensor>, k: Key) =>
      loss(k, substitute(np.model, { data: p }), substitute(np.guide, { data: p }), [{
        x,
        y,
        context,
        target,
        scale: tf.fill([5, 1], 1),
      }])
    );
  });
  const [sampled, closed] = await Promise.all(
    losses.map(async (f) => (await f(params as never, random.key(1))).dataSync()[0]),
  );
  assert.ok(Math.abs(sampled - closed) < 0.02 * Math.abs(closed), `${sampled}, ${closed}`);
});

Deno.test("neuralProcessPredictive() gives the moments of the functions, and adds the noise of observations", async () => {
  const np = neuralProcess({ obsScale: 0.5 }), predict = neuralProcessPredictive(np, paramsOf(np));
  const noise = random.normal(random.key(4), [50, 2]), at = tf.tensor([[-4], [0.5]]);
  const { mean, sd, functions } = predict(x, y, at, noise);
  const values = functions.arraySync() as number[][][];
  for (const i of [0, 1]) {
    const own = values.map((f) => f[i][0]), m = own.reduce((a, b) => a + b) / 50;
    const variance = own.reduce((s, v) => s + (v - m) ** 2, 0) / 50;
    assert.ok(Math.abs(mean.dataSync()[i] - m) < 1e-5);
    assert.ok(Math.abs(sd.dataSync()[i] - Math.sqrt(variance + 0.25)) < 1e-5);
  }
  const compiled = compile(predict, { axes: [["c", null], ["c", null], ["t", null], ["s", null]] });
  const again = await compiled(x, y, at, noise);
  again.mean.dataSync().forEach((m, i) => assert.ok(Math.abs(m - mean.dataSync()[i]) < 1e-5));
});

Deno.test("a trained process is stored with PyTorch's names and its sizes, and read again", async () => {
  await inTemporaryFolder(async (folder) => {
    const np = neuralProcess({ zDim: 3, obsScale: 0.1 }),
      params = paramsOf(np),
      path = `${folder}/np.safetensors`;
    await Deno.writeFile(path, encodeNeuralProcess(params, np, { setting: "remedy" }));
    const read = await loadNeuralProcess(path);
    assert.deepEqual([read.params, read.np.options, read.metadata], [params, np.options, {
      setting: "remedy",
    }]);
    await assert.rejects(loadNeuralProcess(`${folder}/none`), /Cannot read the parameters/);
    await Deno.writeFile(path, encodeNeuralProcess(params, np).subarray(0, 99));
    await assert.rejects(loadNeuralProcess(path), new RegExp("np.safetensors"));
    const { "np.loc.bias": loc } = params;
    await Deno.writeFile(
      path,
      encodeSafetensors({ tensors: { "loc.bias": loc }, metadata: { options: "3" } }),
    );
    await assert.rejects(
      loadNeuralProcess(path),
      /the options in its metadata are 3, expected a JSON object/,
    );
    await Deno.writeFile(path, encodeSafetensors({ tensors: { "loc.bias": loc }, metadata: {} }));
    await assert.rejects(loadNeuralProcess(path), /it lacks/);
  });
  assert.throws(() => encodeNeuralProcess({}, neuralProcess()), /Cannot load the parameters: it lacks/);
});

Deno.test("neuralProcess() throws on sizes and scales that are none", () => {
  assert.throws(() => neuralProcess({ zDim: 0 }), /Cannot make a Neural Process: zDim is 0/);
  for (const obsScale of [0, -1, NaN, Infinity]) {
    assert.throws(() => neuralProcess({ obsScale }), {
      message: `Cannot make a Neural Process: obsScale is ${obsScale}, expected a positive number`,
    });
  }
});
