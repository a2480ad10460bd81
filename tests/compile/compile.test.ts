import assert from "node:assert/strict";
import {
  compile,
  type EngineName,
  exportOnnx,
  grad,
  hessian,
  jvp,
  scan,
  valueAndGrad,
  vjp,
} from "../../lib/compile/mod.ts";
import { constant, type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "./engines.ts";

const host = (values: number[], shape = [values.length]): HostArray => ({
  data: Float64Array.from(values),
  shape,
});

Deno.test("compile() gives what the function gives, tree for tree", async () => {
  const fn = ({ a, b }: { a: Tensor; b: Tensor[] }, factor: number) => ({
    sum: a.add(b[0]),
    scaled: [b[1].mul(factor)],
    none: null,
  });
  const result = await compile(fn)({ a: tf.tensor([1, 2]), b: [tf.tensor([3, 4]), tf.scalar(5)] }, 2);
  assert.deepEqual(result.sum.arraySync(), [4, 6]);
  assert.deepEqual(result.scaled[0].arraySync(), 10);
  assert.equal(result.none, null);
});

Deno.test("compile() loads one program for a signature, and another for other static arguments", async () => {
  let traces = 0;
  const fn = compile((x: Tensor, factor: number) => {
    traces++;
    return x.mul(factor);
  });
  for (const factor of [2, 2, 3, 2]) assert.equal((await fn(tf.scalar(1), factor)).dataSync()[0], factor);
  assert.equal(traces, 2);
});

Deno.test("compile() serves every length of a named axis with one program", async () => {
  let traces = 0;
  const fn = compile((x: Tensor, w: Tensor) => {
    traces++;
    const [rows] = x.shape;
    return x.matMul(w).reshape([rows * 2]).add(tf.mean(x)).sub(tf.slice(x, [0, 0], [rows, 1]).sum());
  }, { axes: [["N", null]] });
  const w = tf.tensor([[1, 2], [3, 4], [5, 6]]);
  for (const n of [1, 3, 7, 200]) {
    const x = tf.range(0, 3 * n).reshape([n, 3]);
    const expected = x.matMul(w).reshape([n * 2]).add(tf.mean(x)).sub(tf.slice(x, [0, 0], [n, 1]).sum());
    assert.deepEqual((await fn(x, w)).arraySync(), expected.arraySync());
  }
  assert.equal(traces, 1);
});

Deno.test("compile() fills draws from the caller's key with the numbers the eager key gives", async () => {
  const fn = (key: Key, x: Tensor) => {
    const [a, b] = key.split();
    return random.normal(a, [2, 3]).add(random.uniform(b.foldIn(7), [3])).mul(x);
  };
  const key = random.key(42), x = tf.tensor([1, 2, 3]);
  assert.deepEqual((await compile(fn)(key, x)).arraySync(), fn(key, x).arraySync());
});

Deno.test("compile() draws within a scan as the eager loop does, from any first step", async () => {
  const walk = (key: Key, steps: Tensor) =>
    scan(
      (z: Tensor, x: Tensor, k?: Key) => {
        const [a, b] = k!.split();
        const next = z.add(random.normal(a, [4])).mul(random.uniform(b, [])).add(x);
        return [next, next];
      },
      tf.zeros([4]),
      steps,
      { key },
    )[1];
  const key = random.key(3), fn = compile(walk, { axes: [undefined, ["T"]], engine: "onnx" });
  for (const length of [1, 5]) {
    assert.deepEqual(
      (await fn(key, tf.zeros([length]))).arraySync(),
      walk(key, tf.zeros([length])).arraySync(),
    );
  }
  const draws = compile(
    (k: Key, steps: Tensor) =>
      scan((c: null, _x: Tensor, q?: Key) => [c, random.normal(q!, [2])] as [null, Tensor], null, steps, {
        key: k,
      })[1],
    { axes: [undefined, ["T"]] },
  );
  const program = await draws.program(key, tf.zeros([6]));
  const [all] = await program.run([host([0, 0, 0, 0, 0, 0])], [key]);
  const [late] = await program.run([host([0, 0])], [key], { firstStep: 4 });
  assert.deepEqual([...late.data], [...all.data].slice(8));
});

Deno.test("compile() in float64 keeps literals of up to seven digits, and constants to the last", async () => {
  const fn = compile((x: Tensor) => [x.mul(0.1), x.mul(constant(Math.PI)), x.add(1e-7)], {
    dtype: "float64",
  });
  const [a, b, c] = await fn.arrays(host([3]));
  assert.deepEqual([a.data[0], b.data[0], c.data[0]], [3 * 0.1, 3 * Math.PI, 3 + 1e-7]);
});

Deno.test("compile() keeps tensors the function closes over as constants", async () => {
  const w = tf.tensor([1, 2, 3]);
  assert.deepEqual((await compile((x: Tensor) => x.mul(w))(tf.scalar(2))).arraySync(), [2, 4, 6]);
});

Deno.test("Program.run() fills the arrays it is given", async () => {
  const fn = compile((x: Tensor) => x.add(1));
  const program = await fn.program(tf.tensor([0, 0])), out = { data: new Float32Array(2), shape: [2] };
  let state: HostArray = { data: Float32Array.of(0, 10), shape: [2] }, other: HostArray = out;
  for (let i = 0; i < 3; i++) {
    const [result] = await program.run([state], [], { outputs: [other] });
    assert.equal(result, other);
    [state, other] = [other, state];
  }
  assert.deepEqual([...state.data], [3, 13]);
});

Deno.test("compile() with engine tfjs has programs as other engines have, in float32", async () => {
  const draws = (engine: EngineName) =>
    compile((x: Tensor, key: Key) => x.square().add(random.normal(key, [2])), { engine });
  const x = tf.tensor([3, 4]), key = random.key(1);
  const [onTfjs, inJs] = [await draws("tfjs")(x, key), await draws("js")(x, key)];
  assert.deepEqual(onTfjs.arraySync(), inJs.arraySync());
  assert.equal((await draws("tfjs").program(x, key)).engine, "tfjs");
  await assert.rejects(
    compile(() => tf.scalar(1), { engine: "tfjs", dtype: "float64" })(),
    /Cannot compute in float64 with engine "tfjs"/,
  );
});

Deno.test("compile() with engine tfjs leaves nothing behind but its result", async () => {
  const fn = compile((x: Tensor) => ({ y: x.square().add(1), x }), { engine: "tfjs" }), x = tf.tensor([3]);
  await fn.program(x);
  const before = tf.memory().numTensors, { y } = await fn(x);
  assert.equal(tf.memory().numTensors, before + 2);
  assert.deepEqual([y.arraySync(), x.arraySync()], [[10], [3]]);
  assert.deepEqual([...(await fn.arrays({ data: Float32Array.of(2), shape: [1] })).y.data], [5]);
  assert.equal(tf.memory().numTensors, before + 2);
});

Deno.test("grad(), valueAndGrad(), vjp(), jvp() and hessian() agree with calculus, eagerly", () => {
  const x = tf.tensor([1, 2]), f = (v: Tensor) => v.pow(tf.scalar(3)).sum();
  const rounded = (t: Tensor) => Array.from(t.dataSync(), (v) => Math.round(v * 1e4) / 1e4);
  assert.deepEqual(rounded(grad(f)(x)), [3, 12]);
  assert.deepEqual(rounded(valueAndGrad(f)(x).value), [9]);
  assert.deepEqual(rounded(hessian(f)(x)), [6, 0, 0, 12]);
  assert.deepEqual(rounded(vjp((v: Tensor) => v.square(), [x], tf.tensor([10, 1])).cotangents[0]), [20, 4]);
  assert.deepEqual(rounded(jvp((v: Tensor) => v.square(), [x], [tf.tensor([10, 1])]).tangent), [20, 4]);
});

Deno.test("grad() takes trees, several arguments, and treats what it closes over as constant", () => {
  const w = tf.scalar(3), u = tf.exp(w);
  const g = grad((p: { w: Tensor }, x: Tensor) => p.w.mul(x).add(u), { argnums: [0, 1] })(
    { w },
    tf.scalar(5),
  );
  assert.deepEqual([g[0].w.dataSync()[0], g[1].dataSync()[0]], [5, 3]);
  const twice = grad((a: Tensor) => {
    const fixed = tf.exp(a);
    return grad((b: Tensor) => fixed.mul(b).add(tf.exp(b)))(a);
  })(tf.scalar(0));
  // d/da (exp(a) + exp(a)): `fixed` is a constant for the inner derivative, though it is the same
  // expression.
  assert.equal(twice.dataSync()[0], 2);
});

const failing: [name: string, run: () => unknown, message: RegExp][] = [
  [
    "reads a value while tracing",
    () => compile((x: Tensor) => x.mul(x.dataSync()[0]))(tf.scalar(1)),
    /^Cannot read the value of a tensor while tracing at compile\.test\.ts:\d+:\d+: it has none yet/,
  ],
  [
    "uses a kernel without counterpart",
    () => compile((x: Tensor) => tf.fft(tf.complex(x, x)) as unknown as Tensor)(tf.tensor([1, 2])),
    /^Cannot lower the tfjs kernel "Complex" at compile\.test\.ts:\d+:\d+: it has no counterpart/,
  ],
  ["has axes that contradict", async () => {
    const fn = compile((x: Tensor, y: Tensor) => x.sum().add(y.sum()), { axes: [["N"], ["N"]] });
    await fn(tf.tensor([1, 2]), tf.tensor([1, 2]));
    await fn(tf.tensor([1, 2]), tf.tensor([1, 2, 3]));
  }, /^Cannot run: axis "N" is 2 in argument \[0\] but 3 in argument \[1\]$/],
  [
    "names axes for another rank",
    () => compile((x: Tensor) => x, { axes: [["N"]] })(tf.zeros([2, 2])),
    /^Invalid axes for argument \[0\]: expected 2 names \(or nulls\) for shape \[2,2\], found \["N"\]$/,
  ],
  ["keeps a tensor from another trace", async () => {
    let kept: Tensor | undefined;
    await compile((x: Tensor) => kept = x.add(1))(tf.scalar(1));
    await compile((x: Tensor) => x.add(kept!))(tf.scalar(1));
  }, /^Cannot use a traced tensor outside the trace it belongs to/],
  ["is called while tracing", async () => {
    const inner = compile((x: Tensor) => x);
    let failure: Promise<unknown> = Promise.resolve();
    await compile((x: Tensor) => {
      failure = inner(x);
      failure.catch(() => {});
      return x;
    })(tf.scalar(1));
    await failure;
  }, /^Cannot call a compiled function while tracing/],
  [
    "gives shapes that do not broadcast",
    () => compile((x: Tensor, y: Tensor) => x.add(y))(tf.zeros([2]), tf.zeros([3])),
    /broadcast|Operands could not be broadcast/,
  ],
  [
    "multiplies shapes that do not fit, one of them symbolic",
    () =>
      compile((x: Tensor, y: Tensor) => x.matMul(y), { axes: [[null, "T"]] })(
        tf.zeros([3, 4]),
        tf.zeros([5, 6]),
      ),
    /^Cannot multiply \[3,T\] by \[5,6\]: the inner lengths are T and 5$/,
  ],
  [
    "gives tfjs a shape it refuses, with a symbolic axis",
    () => compile((x: Tensor) => x.reshape([7]), { axes: [["T"]] })(tf.zeros([4])),
    /\bT\b/,
  ],
  [
    "differentiates what is not scalar",
    () => grad((x: Tensor) => x)(tf.zeros([2])),
    /^Cannot differentiate: the function must return a scalar, it returned shape \[2\]$/,
  ],
  [
    "differentiates integers",
    () => grad((x: Tensor) => x.sum())(tf.zeros([2], "int32")),
    /^Cannot differentiate with respect to a tensor of dtype int32 in argument 0: expected float32$/,
  ],
  [
    "asks for an engine there is not",
    () => compile((x: Tensor) => x, { engine: "xyz" as "onnx" }),
    /^Invalid engine "xyz": expected one of/,
  ],
  [
    "asks for a precision there is not",
    () => compile((x: Tensor) => x, { dtype: "float16" as "float32" }),
    /^Invalid dtype "float16": expected one of float32, float64$/,
  ],
  [
    "asks for a device there is not",
    () => compile((x: Tensor) => x, { device: "gpu" as "cuda" }),
    /^Invalid device "gpu": expected one of cpu, cuda, webgpu$/,
  ],
  [
    "asks for half a thread",
    () => compile((x: Tensor) => x, { threads: 0.5 }),
    /^Invalid threads 0\.5: expected a positive integer, or 0 for as many as cores$/,
  ],
  [
    "exports two inputs of one name",
    () =>
      exportOnnx((a: Tensor, b: Tensor) => a.add(b), [tf.scalar(1), tf.scalar(2)], { inputs: ["x", "x"] }),
    /^Cannot export: two inputs are named "x"; give each a name of its own$/,
  ],
];
for (const [name, run, message] of failing) {
  Deno.test(`a function that ${name} is refused with a reason`, async () => {
    await assert.rejects(async () => await run(), (error: Error) => {
      assert.match(error.message.replace(/ \(at compile\.test\.ts:\d+:\d+\)$/, ""), message);
      return true;
    });
    // Nothing is left behind: the next function traces as if nothing had happened.
    assert.deepEqual((await compile((x: Tensor) => x.add(1))(tf.scalar(1))).dataSync()[0], 2);
  });
}

Deno.test("exportOnnx() names inputs, outputs and axes, and describes them", () => {
  const model = exportOnnx(
    (x: Tensor, key: Key) => ({ mean: x.mean(0), noisy: x.add(random.normal(key, [3])) }),
    [tf.zeros([2, 3]), random.key(0)],
    {
      inputs: ["features"],
      axes: [["batch", null]],
      metadata: { experiment: "test" },
    },
  );
  assert.deepEqual(model.inputs, [{ name: "features", dtype: "float32", shape: ["batch", 3] }, {
    name: "noise0",
    dtype: "float32",
    shape: [3],
  }]);
  assert.deepEqual(model.outputs, [{ name: "mean", dtype: "float32", shape: [3] }, {
    name: "noisy",
    dtype: "float32",
    shape: ["batch", 3],
  }]);
  assert.ok(model.bytes.length > 100);
});

for (const engine of engines) {
  Deno.test({
    name: `floorDiv and mod of whole numbers round down, with ${engine}${
      isAbsent(engine) ? " (skipped: its library is not here)" : ""
    }`,
    ignore: isAbsent(engine),
    async fn() {
      const a = tf.tensor1d([-7, -1, 0, 5, 7], "int32"), b = tf.tensor1d([2, 2, 3, -3, 3], "int32");
      const both = compile((a: Tensor, b: Tensor) => [a.floorDiv(b), a.mod(b)], { engine });
      const [quotients, rests] = await both(a, b);
      assert.deepEqual([...quotients.dataSync()], [-4, -1, 0, -2, 2]);
      assert.deepEqual([...rests.dataSync()], [1, 1, 0, -1, 1]);
      await both.release();
    },
  });
}
