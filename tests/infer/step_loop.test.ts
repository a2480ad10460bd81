import assert from "node:assert/strict";
import { flushSubnormals } from "../../lib/infer/stepping/subnormals.ts";
import { type StepCall, StepLoop, type StepRun } from "../../lib/infer/stepping/mod.ts";
import { type HostArray, type Key, random, type Tensor } from "../../lib/tensor/mod.ts";

type Walk = { x: HostArray };

const start = (): Walk => ({ x: { data: Float32Array.of(1, 2), shape: [2] } });
const numbers = (first: number, count: number): HostArray[] => [
  { data: Float32Array.from({ length: count }, (_, i) => first + i), shape: [count] },
];

/** Adds noise, the number of the step and the argument to a vector; the output is the sum before. */
function step({ x }: { x: Tensor }, [number]: Tensor[], [shift]: unknown[], key: Key): [unknown, Tensor] {
  const next = x.mul(0.5).add(random.normal(key, [2])).add(number).add(shift as Tensor);
  return [{ x: next }, x.sum()];
}

const make = (engine: "js" | "wasm" | "onnx" | "tfjs", isSingle = false) =>
  new StepLoop<Walk>({
    engine,
    threads: 1,
    step,
    inputs: (...of) => Promise.resolve(numbers(...of)),
    isSingle,
  });

const shift: HostArray = { data: Float32Array.of(0.25), shape: [] };

/** Runs a loop; returns the last carry, the outputs, and the calls. */
async function run(loop: StepLoop<Walk>, steps: number, given: Partial<StepRun<Walk>> = {}) {
  const outputs = new Float32Array(steps), calls: StepCall<Walk>[] = [];
  const { carry, done } = await loop.run({
    carry: start(),
    first: 0,
    steps,
    args: [shift],
    key: random.key(1),
    progress: false,
    output: (done, count) => ({ data: outputs.subarray(done, done + count), shape: [count] }),
    after: (call) => {
      calls.push(call);
      return outputs[call.first];
    },
    ...given,
  });
  return { x: [...carry.x.data], outputs, done, calls };
}

for (const engine of ["js", "onnx", "tfjs"] as const) {
  Deno.test(`a StepLoop gives the same bits in calls of any length: engine ${engine}`, async () => {
    const loop = make(engine), whole = await run(loop, 20, { chunk: 20 });
    for (const chunk of [1, 3, 7]) {
      const { x, outputs, calls } = await run(loop, 20, { chunk });
      assert.deepEqual([x, outputs], [whole.x, whole.outputs]);
      assert.equal(calls.length, Math.ceil(20 / chunk));
      assert.deepEqual(calls.map(({ first }) => first), calls.map((_, i) => i * chunk));
    }
    await loop.release();
  });
}

Deno.test("a StepLoop goes on at a step as if it had never stopped", async () => {
  const loop = make("js"), whole = await run(loop, 12), half = await run(loop, 5);
  const carry = { x: { data: Float32Array.from(half.x), shape: [2] } };
  const rest = await run(loop, 7, { carry, first: 5 });
  assert.deepEqual(rest.x, whole.x);
  assert.deepEqual([...half.outputs, ...rest.outputs], [...whole.outputs]);
  await loop.release();
});

Deno.test("a call of a StepLoop finds the carry before any of its steps, and leaves the run as it was", async () => {
  const loop = make("js"), expected = await run(loop, 9, { chunk: 1 });
  const befores: number[][] = [];
  const { x } = await run(loop, 9, {
    chunk: 4,
    after: async ({ count, carryBefore }) => {
      for (let i = 0; i < count; i++) befores.push([...(await carryBefore(i)).x.data]);
      return undefined;
    },
  });
  assert.deepEqual(x, expected.x);
  befores.forEach(([a, b], i) => assert.equal(Math.fround(a + b), expected.outputs[i], `step ${i}`));
  assert.equal(befores.length, 9);
  await loop.release();
});

/** As many numbers as engine wasm has in a memory of its own. */
const MANY = 2000;

Deno.test("a carry stays with the engine from call to call, and comes when it is asked for", async () => {
  const loop = make("wasm"), size = MANY / 2;
  const many = (): Walk => ({
    x: { data: Float32Array.from({ length: MANY }, (_, i) => 1 + i % 7), shape: [size, 2] },
  });
  const whole = await run(loop, 9, { carry: many(), chunk: 9 }), seen: boolean[] = [];
  const befores: number[][] = [], afters: number[][] = [];
  const looking = {
    chunk: 3,
    after: async ({ count, isFinite, carry, carryBefore }: StepCall<Walk>) => {
      seen.push(isFinite!());
      for (let i = 0; i < count; i++) befores.push([...(await carryBefore(i)).x.data]);
      if (befores.length === 6) afters.push([...carry().x.data]);
      return undefined;
    },
  };
  assert.deepEqual((await run(loop, 9, { ...looking, carry: many() })).x, whole.x);
  assert.deepEqual([befores[0], befores[6]], [[...many().x.data], afters[0]]);
  for (let steps = 1; steps < 9; steps++) {
    assert.deepEqual(befores[steps], (await run(loop, steps, { carry: many(), chunk: 2 })).x);
  }
  assert.deepEqual(seen, [true, true, true]);
  // A run that ends with an error leaves nothing behind for those after it.
  const fails = () => assert.rejects(run(loop, 9, { carry: many(), chunk: 4, after: refuse }), /enough/);
  const refuse = () => {
    throw new Error("enough");
  };
  await fails();
  await fails();
  assert.deepEqual((await run(loop, 9, { carry: many(), chunk: 2 })).x, whole.x);
  await loop.release();
});

for (const engine of ["js", "wasm"] as const) {
  Deno.test(`one number that is not finite is found wherever it is: engine ${engine}`, async () => {
    for (const dtype of ["float32", "float64"] as const) {
      const Floats = dtype === "float32" ? Float32Array : Float64Array, length = MANY + 3;
      const loop = new StepLoop<Walk>({
        ...{ engine, threads: 1, dtype },
        step: ({ x }: { x: Tensor }) => [{ x: x.mul(-1) }, x.slice(0, 1).sum()],
        inputs: () => Promise.resolve([]),
      });
      const isFinite = async (fill: number, at: number, value: number) => {
        let found: boolean | undefined;
        const data = new Floats(length).fill(fill).fill(value, at, at + 1);
        const output = (_: number, count: number) => ({ data: new Floats(count), shape: [count] });
        const after = (call: StepCall<Walk>) => void (found = call.isFinite!());
        await run(loop, 1, { carry: { x: { data, shape: [length] } }, output, after });
        return found;
      };
      const largest = dtype === "float32" ? 3.4028234663852886e38 : Number.MAX_VALUE;
      for (const finite of [0, -0, 1, largest, 2 ** -149]) {
        assert.equal(await isFinite(finite, 0, -finite), true, `${dtype} ${finite}`);
        for (const bad of [NaN, Infinity, -Infinity]) {
          for (const at of [0, 5, 1011, MANY - 1, MANY, length - 1]) {
            assert.equal(await isFinite(finite, at, bad), false, `${dtype} ${bad} among ${finite} at ${at}`);
          }
        }
      }
      await loop.release();
    }
  });
}

Deno.test("a stream has the arguments of each step, in a loop of one turn and without a loop alike", async () => {
  const args = (step: number) => [{ data: Float32Array.of(step % 3), shape: [] }];
  const [bare, turns] = [make("js", true), make("js")];
  const a = await run(bare, 8, { args }), b = await run(turns, 8, { args });
  assert.deepEqual(a.outputs, b.outputs);
  assert.deepEqual(a.x, b.x);
  assert.deepEqual(a.calls.map(({ isFinite }) => isFinite !== undefined), [...Array(7).fill(false), true]);
  await bare.release();
  await turns.release();
});

Deno.test("a StepLoop reports progress, ends on a signal between calls, and takes no step of none", async () => {
  const loop = make("js"), stop = new AbortController(), reports: unknown[] = [];
  const { done, outputs } = await run(loop, 10, {
    chunk: 3,
    signal: stop.signal,
    progress: ({ done, total, loss }) => {
      reports.push([done, total, loss]);
      if (done === 6) stop.abort();
    },
  });
  assert.equal(done, 6);
  assert.deepEqual(reports, [[3, 10, outputs[0]], [6, 10, outputs[3]]]);
  assert.deepEqual((await run(loop, 0)).x, [1, 2]);
  await assert.rejects(
    run(loop, 4, {
      after: () => {
        throw new Error("enough");
      },
    }),
    /enough/,
  );
  await loop.release();
});

for (const engine of ["js", "wasm", "onnx", "tfjs"] as const) {
  Deno.test(`numbers that decay come to 0, not to a stop among subnormal ones: engine ${engine}`, async () => {
    const loop = new StepLoop<Walk>({
      engine,
      threads: 1,
      step: ({ x }: { x: Tensor }) => [{ x: x.mul(0.9) }, x.slice(0, 1).sum()],
      inputs: () => Promise.resolve([]),
    });
    // As many numbers as are looked at every 256 steps; all but the first decay beyond normal ones.
    const carry = { x: { data: new Float32Array(16_384).fill(2 ** -120).fill(1, 0, 1), shape: [16_384] } };
    const { x, calls } = await run(loop, 300, { carry, chunk: 100 });
    assert.deepEqual(calls.map(({ count }) => count), [100, 100, 56, 44]);
    assert.ok(Math.abs(x[0] / 0.9 ** 300 - 1) < 1e-4);
    assert.ok(x.slice(1).every((value) => value === 0));
    await loop.release();
  });
}

Deno.test("the least normal numbers stay", () => {
  const data = [
    Float32Array.of(2 ** -126, 2 ** -127, -(2 ** -149), 0, 1),
    Float64Array.of(1e-300, 2 ** -1023),
  ];
  flushSubnormals(data.map((data) => ({ data, shape: [data.length] })));
  assert.deepEqual(data.map((numbers) => [...numbers]), [[2 ** -126, 0, 0, 0, 1], [1e-300, 0]]);
});
