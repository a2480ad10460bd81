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

const make = (engine: "js" | "onnx" | "tfjs", isSingle = false) =>
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

Deno.test("a stream has the arguments of each step, in a loop of one turn and without a loop alike", async () => {
  const args = (step: number) => [{ data: Float32Array.of(step % 3), shape: [] }];
  const [bare, turns] = [make("js", true), make("js")];
  const a = await run(bare, 8, { args }), b = await run(turns, 8, { args });
  assert.deepEqual(a.outputs, b.outputs);
  assert.deepEqual(a.x, b.x);
  assert.deepEqual(a.calls.map(({ carry }) => carry !== undefined), [...Array(7).fill(false), true]);
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
