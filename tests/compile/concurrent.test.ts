import assert from "node:assert/strict";
import { compile, type EngineName, scan } from "../../lib/compile/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "./engines.ts";

const all: EngineName[] = [...present, "tfjs"];
const numbers = (t: Tensor) => [...t.dataSync()];
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Draws outside and within a loop, and a share of the argument. */
function draw(key: Key, x: Tensor): Tensor {
  const [once, often] = key.split(2);
  const walk = (at: Tensor, step: Tensor, k?: Key): [Tensor, Tensor] => {
    const next = at.mul(0.9).add(random.normal(k!, at.shape)).add(step);
    return [next, next];
  };
  const [last, path] = scan(walk, random.normal(once, x.shape), x, { key: often });
  return last.sum().add(path.sum(1)).add(random.uniform(once, [3]).sum());
}

for (const engine of all) {
  Deno.test(`calls at the same time give the numbers of calls one after the other: engine ${engine}`, async () => {
    const fn = compile(draw, { engine, axes: [null, ["n"]] });
    // Lengths alternate, so that calls of several shapes are under way at once.
    const call = (i: number) => fn(random.key(i), tf.range(0, 3 + i % 3));
    const alone: number[][] = [];
    for (const i of range(12)) alone.push(numbers(await call(i)));
    const together = await Promise.all(range(12).map(call));
    assert.deepEqual(together.map(numbers), alone);
    assert.notDeepEqual(alone[0], alone[3]);
    await fn.release();
  });

  Deno.test(`release() lets the calls under way end and refuses later ones by name: engine ${engine}`, async () => {
    const fn = compile((x: Tensor) => x.mul(2), { engine }), x = tf.tensor([1, 2]);
    const program = await fn.program(x), array: HostArray = { data: Float32Array.of(3, 4), shape: [2] };
    const called = [fn(x), fn(x)], run = program.run([array]), released = fn.release(), again = fn(x);
    assert.deepEqual((await Promise.all(called)).map(numbers), [[2, 4], [2, 4]]);
    assert.deepEqual([...(await run)[0].data], [6, 8]);
    await released;
    await assert.rejects(program.run([array]), { message: "Cannot run: the program was released" });
    // The function itself loads anew.
    assert.deepEqual(numbers(await again), [2, 4]);
    await Promise.all([fn.release(), fn.release(), program.release()]);
  });
}

Deno.test("a call has read its tensors when it returns, though its program is not loaded yet", async () => {
  for (const engine of all) {
    const fn = compile((x: Tensor) => x.add(1), { engine }), x = tf.tensor([1, 2]);
    const called = fn(x);
    x.dispose();
    assert.deepEqual(numbers(await called), [2, 3]);
    await fn.release();
  }
});

Deno.test("a call that fails leaves the calls beside it alone", async () => {
  const fn = compile((key: Key, x: Tensor) => random.normal(key, x.shape), {
    engine: "onnx",
    axes: [null, ["n"]],
  });
  const program = await fn.program(random.key(0), tf.range(0, 4));
  const run = (i: number) =>
    program.run([{ data: new Float32Array(i + 1), shape: [i + 1] }], [random.key(i)]);
  const alone: number[][] = [];
  for (const i of range(6)) alone.push([...(await run(i))[0].data]);
  // It lacks a key.
  const failing = program.run([{ data: new Float32Array(4), shape: [4] }], []);
  const together = Promise.all(range(6).map(run));
  await assert.rejects(failing);
  assert.deepEqual((await together).map(([y]) => [...y.data]), alone);
  await fn.release();
});
