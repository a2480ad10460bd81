import assert from "node:assert/strict";
import { compile, type EngineName, scan, vmap } from "../../lib/compile/mod.ts";
import { receiveProgram } from "../../lib/compile/internals.ts";
import { type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

/** Returns steps of one member, with a draw and a product each. */
const walkOf = (steps: Tensor) => (start: Tensor, own: Key) =>
  scan(
    (c: Tensor, _: Tensor, k?: Key): [Tensor, Tensor] => {
      const next = tf.matMul(c, c).tanh().add(random.normal(k!, [6, 6]).mul(0.1)) as Tensor;
      return [next, next.sum()];
    },
    start,
    steps,
    { key: own },
  );
const walk = (starts: Tensor, steps: Tensor, key: Key) => vmap(walkOf(steps))(starts, key);

const key = random.key(4),
  array = (...shape: number[]): HostArray => ({
    data: random.normal(key, shape).dataSync() as Float32Array,
    shape,
  });

for (const engine of ["js", "wasm"] as const) {
  Deno.test(`a program that was sent gives the same bits, of members from any number on, with ${engine}`, async () => {
    const compiled = compile(walk, { engine, axes: [["n", null, null], ["T"], null] });
    const whole = array(5, 6, 6), steps = array(7), program = await compiled.program(whole, steps, key);
    const received = await receiveProgram(structuredClone((await program.send())!));
    const expected = await program.run([whole, steps], [key]);
    assert.deepEqual(await received.run([whole, steps], [key]), expected);
    const share = { data: whole.data.slice(2 * 36), shape: [3, 6, 6] };
    const found = await received.run([share, steps], [key], { firstMember: 2 });
    expected.forEach(({ data }, i) => assert.deepEqual(found[i].data, data.slice(2 * data.length / 5)));
    assert.deepEqual([received.engine, received.provider], [program.engine, program.provider]);
    await assert.rejects(received.run([array(1, 6, 5), steps], [key]), /axis 2 must be 6/);
    await compiled.release();
  });
}

Deno.test("what may give other bits in a Worker is not sent", async () => {
  const product = (x: Tensor, y: Tensor) => tf.matMul(x, y) as Tensor;
  const isSent = async (engine: EngineName, threads: number, axes?: [string, null][]) => {
    const program = await compile(product, { engine, threads, axes }).program(array(80, 80), array(80, 80));
    return await program.send() !== undefined;
  };
  assert.ok(await isSent("wasm", 1), "a large product of one thread");
  assert.ok(!await isSent("wasm", 2), "threads decide how it is added up");
  assert.ok(!await isSent("wasm", 1, [["n", null]]), "its length decides who computes it");
  assert.ok(!await isSent("onnx", 1));
  assert.ok(!await isSent("tfjs", 1));
  assert.ok(await isSent("js", 2));
});
