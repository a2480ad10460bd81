import assert from "node:assert/strict";
import { compile, grad, scan } from "../../../lib/compile/mod.ts";
import { context } from "../../../lib/tensorflow/context.ts";
import { runtimeOf } from "../../../lib/compile/engine/xla/runtime.ts";
import { selfTest } from "../../../lib/compile/engine/xla/self_test.ts";
import { type HostArray, special, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { isAbsent } from "../engines.ts";

const test = (name: string, fn: () => void | Promise<void>) =>
  Deno.test(`xla: ${name}`, { ignore: isAbsent("xla") }, fn);
const floats = (numbers: number[], shape = [numbers.length]): HostArray => ({
  data: Float32Array.from(numbers),
  shape,
});
const doubles = (numbers: number[], shape = [numbers.length]): HostArray => ({
  data: Float64Array.from(numbers),
  shape,
});
const integers = (numbers: number[]): HostArray => ({
  data: Int32Array.from(numbers),
  shape: [numbers.length],
});
const booleans = (numbers: number[]): HostArray => ({
  data: Uint8Array.from(numbers),
  shape: [numbers.length],
});
const engine = "xla" as const;

/** All numbers of all results. */
async function run(fn: (...x: any[]) => Tensor[], ...args: HostArray[]): Promise<number[][]> {
  const compiled = compile(fn, { engine }), results = await compiled.arrays(...args) as HostArray[];
  await compiled.release();
  // Both zeros are one here.
  return results.map((r) => Array.from(r.data, (x) => x + 0));
}

test("numbers that are none, infinities and zeros come out as in JavaScript", async () => {
  const odd = floats([NaN, Infinity, -Infinity, -0, 1.5, -2.5]);
  const all = (x: Tensor) => [
    tf.relu(x),
    tf.sign(x),
    tf.round(x),
    tf.softplus(x).round(),
    tf.sigmoid(x).round(),
    tf.maximum(x, 0),
    tf.clipByValue(x, -1, 1),
    tf.isNaN(x),
    tf.isInf(x),
    x.cast("bool"),
  ];
  assert.deepEqual(await run(all, odd), [
    [NaN, Infinity, 0, 0, 1.5, 0],
    [NaN, 1, -1, 0, 1, -1],
    [NaN, Infinity, -Infinity, 0, 2, -2],
    [NaN, Infinity, 0, 1, 2, 0],
    [NaN, 1, 0, 0, 1, 0],
    [NaN, Infinity, 0, 0, 1.5, 0],
    [NaN, 1, -1, 0, 1, -1],
    [1, 0, 0, 0, 0, 0],
    [0, 1, 1, 0, 0, 0],
    [1, 1, 1, 0, 1, 1],
  ]);
  assert.deepEqual(await run((x: Tensor) => [x.max(), x.min(), x.sum()], floats([1, NaN, 3])), [
    [NaN],
    [NaN],
    [NaN],
  ]);
});

test("integers divide towards minus infinity, and stay integers", async () => {
  const fn = (x: Tensor, y: Tensor) => [
    tf.floorDiv(x, y),
    tf.mod(x, y),
    x.max(),
    x.min(),
    x.sum(),
    tf.cumsum(x),
    x.cast("bool"),
    x.greater(y),
  ];
  assert.deepEqual(await run(fn, integers([7, -7, 7, -7]), integers([3, 3, -3, -3])), [
    [2, -3, -3, 2],
    [1, 2, -2, -1],
    [7],
    [-7],
    [0],
    [7, 0, 7, 0],
    [1, 1, 1, 1],
    [1, 0, 1, 0],
  ]);
});

test("booleans go in and come out", async () => {
  const fn = (x: Tensor, y: Tensor) => [
    tf.logicalAnd(x, y),
    tf.where(x, y, tf.logicalNot(y)),
    tf.all(x),
    tf.any(x),
    tf.concat([x, y]),
    x.cast("int32").sum(),
    tf.equal(x, y),
  ];
  assert.deepEqual(await run(fn, booleans([0, 0, 1, 1]), booleans([0, 1, 0, 1])), [
    [0, 0, 0, 1],
    [1, 0, 0, 1],
    [0],
    [1],
    [0, 0, 1, 1, 0, 1, 0, 1],
    [2],
    [1, 0, 0, 1],
  ]);
});

test("the first of equal elements is the largest, and the first in order", async () => {
  const fn = (x: Tensor) => [x.argMax(), x.argMin(), tf.topk(x, 4).indices, tf.topk(x.neg(), 2).indices];
  assert.deepEqual(await run(fn, floats([1, 2, 1, 2, 0])), [[1], [4], [1, 3, 0, 2], [4, 0]]);
});

test("arrays without elements, loops without steps, and outputs that are inputs", async () => {
  const fn = (x: Tensor) => [
    x.add(1),
    x.sum(),
    ...scan((c: Tensor, v: Tensor): [Tensor, Tensor] => [c.add(v), c], tf.scalar(3) as Tensor, x),
    x,
  ];
  assert.deepEqual(await run(fn, floats([])), [[], [0], [3], [], []]);
  assert.deepEqual(await run(() => [tf.ones([2])]), [[1, 1]]);
  assert.deepEqual(
    await run((x: Tensor, y: Tensor) => [y, x, y, x.mul(0).add(5)], floats([1]), floats([2])),
    [
      [2],
      [1],
      [2],
      [5],
    ],
  );
});

test("products of batches and of single matrices", async () => {
  const ones = (...shape: number[]) => floats(Array(shape.reduce((a, b) => a * b)).fill(1), shape);
  const shapes: [number[], number[], number[], number][] = [
    [[2, 3], [5, 3, 4], [5, 2, 4], 3],
    [[1, 2, 3], [5, 3, 4], [5, 2, 4], 3],
    [[5, 2, 3], [1, 3, 4], [5, 2, 4], 3],
    [[6, 1, 2, 3], [6, 5, 3, 4], [6, 5, 2, 4], 3],
    [[2, 3], [6, 5, 3, 4], [6, 5, 2, 4], 3],
  ];
  for (const [a, b, shape, sum] of shapes) {
    const compiled = compile((x: Tensor, y: Tensor) => tf.matMul(x, y), { engine });
    const result = await compiled.arrays(ones(...a), ones(...b)) as HostArray;
    assert.deepEqual([result.shape, new Set(result.data)], [shape, new Set([sum])]);
  }
});

test("float64 keeps 15 digits, through special functions and derivatives too", async () => {
  const log = compile((x: Tensor) => [tf.log(x), special.lgamma(x), special.erf(x.mul(0.1))], {
    engine,
    dtype: "float64",
  });
  const [logs, gammas] = await log.arrays(doubles([0.1, 5, 11])) as HostArray[];
  assert.ok(logs.data instanceof Float64Array);
  [Math.log(0.1), Math.log(5), Math.log(11)].forEach((y, i) =>
    assert.ok(Math.abs(logs.data[i] - y) < 1e-15 * 3)
  );
  [Math.log(24), Math.log(3628800)].forEach((y, i) => assert.ok(Math.abs(gammas.data[i + 1] - y) < 1e-13));
  const slope = compile(grad((x: Tensor) => tf.tanh(x).sum()), { engine, dtype: "float64" });
  const { data: [at] } = await slope.arrays(doubles([0.3])) as HostArray;
  assert.ok(Math.abs(at - (1 - Math.tanh(0.3) ** 2)) < 1e-15);
});

test("one function serves lengths in any order, also called at the same time", async () => {
  const fn = compile((x: Tensor) => x.mul(2).sum(), { engine, axes: [["n"]] });
  const lengths = [1, 2, 3, 1, 3, 3, 2];
  const sums = await Promise.all(lengths.map((n) => fn.arrays(floats(Array(n).fill(1)))));
  assert.deepEqual(sums.map((s) => s.data[0]), lengths.map((n) => 2 * n));
  await fn.release();
});

test("more lengths than are kept are compiled again, and leave no tensor behind", async () => {
  const fn = compile((x: Tensor) => x.sum(), { engine, axes: [["n"]] }), { handles } = context();
  const before = handles.size;
  for (let n = 1; n <= 34; n++) await fn.arrays(floats(Array(n).fill(1)));
  const { data } = await fn.arrays(floats([1])) as HostArray;
  assert.deepEqual([data[0], handles.size], [1, before]);
  await fn.release();
});

test("the event loop goes on during a long run", async () => {
  const fn = compile((x: Tensor) => {
    let y = x;
    for (let i = 0; i < 8; i++) y = tf.tanh(y.matMul(y));
    return y.sum();
  }, { engine });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await fn.arrays(floats(Array(400 * 400).fill(0.001), [400, 400]));
  clearInterval(timer);
  assert.ok(ticks > 0);
  await fn.release();
});

test("outputs that stay on the device are inputs of the next run, and come back when fetched", async () => {
  const fn = compile((x: Tensor) => x.mul(2).add(1), { engine }), { handles } = context();
  const x = floats([1, 2]), program = await fn.program(x), before = handles.size;
  let from: HostArray = x, to = program.allocate(new Map())[0], spare = program.allocate(new Map())[0];
  for (let i = 0; i < 10; i++) {
    await program.run([from], [], { outputs: [to], stay: true });
    assert.deepEqual([...to.data], [0, 0]);
    [from, to, spare] = [to, spare, to];
  }
  assert.ok(handles.size <= before + 2);
  program.fetch([from, to]);
  assert.deepEqual([...from.data], [1 * 1024 + 1023, 2 * 1024 + 1023]);
  assert.deepEqual([...to.data], [1 * 512 + 511, 2 * 512 + 511]);
  assert.equal(handles.size, before);
  // In main memory again, they are what is written there.
  from.data.fill(0);
  assert.deepEqual([...(await program.run([from]))[0].data], [1, 1]);
  await fn.release();
});

test("the provider is named, and a released program does not run", async () => {
  const fn = compile((x: Tensor) => x.add(1), { engine }), program = await fn.program(floats([1]));
  assert.deepEqual([program.engine, program.provider, program.compilesEachShape], ["xla", "XLA CPU", true]);
  await fn.release();
  await assert.rejects(program.run([floats([1])]), { message: "Cannot run: the program was released" });
});

test("memory that is not there is said, and the next run goes on", async () => {
  const fn = compile((x: Tensor) => {
    const wide = tf.broadcastTo(x, [200_000, 200_000]);
    return tf.matMul(tf.exp(wide), tf.sin(wide)).sum();
  }, { engine });
  await assert.rejects(
    fn.arrays(floats([1])),
    /^Error: Cannot run the graph in XLA: Out of memory.*; use a smaller batch, or shorter sequences$/,
  );
  assert.deepEqual(await run((x: Tensor) => [x.add(1)], floats([1])), [[2]]);
});

test("the self-test passes here, and says the version where a module cannot be run", () => {
  const runtime = runtimeOf({ device: "cpu", threads: 0 }, selfTest);
  selfTest(runtime);
  assert.throws(
    () => selfTest({ ...runtime, platform: "VAX" as "CPU" }),
    /^Error: Engine "xla" does not work with TensorFlow 2\.\d+\.\d+ on VAX: [^]*; use engine "onnx"$/,
  );
});

Deno.test("xla: a machine without TensorFlow says how to get it", async () => {
  const folder = Deno.makeTempDirSync();
  const code = `import { compile } from "${import.meta.resolve("../../../lib/compile/mod.ts")}";
    const x = { data: new Float32Array(1), shape: [1] };
    try { await compile((x) => x.add(1), { engine: "xla" }).arrays(x); } catch (error) { console.log(error.message); }`;
  try {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code],
      env: { PYROSAUR_TENSORFLOW: folder },
    }).output();
    assert.match(
      new TextDecoder().decode(stdout),
      /^No (TensorFlow in|release of TensorFlow is pinned for) /,
    );
  } finally {
    Deno.removeSync(folder);
  }
});
