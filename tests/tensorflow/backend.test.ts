import assert from "node:assert/strict";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { chooseBackend, describeBackends } from "../../lib/backend/mod.ts";
import { context } from "../../lib/tensorflow/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { isProvisioned } from "./provisioned.ts";

/** A test on the backend, which is given back afterwards. */
const test = (name: string, body: () => void | Promise<void>): void =>
  Deno.test({
    name: `tensorflow: ${name}`,
    ignore: !isProvisioned,
    fn: async () => {
      try {
        await chooseBackend("tensorflow");
        await body();
      } finally {
        await chooseBackend("cpu");
      }
    },
  });

test("chooseBackend() takes it before others, and says its version and device", async () => {
  const { taken } = await chooseBackend();
  assert.equal(taken.name, "tensorflow");
  assert.match(taken.reason, /^tensorflow \d+\.\d+\.\d+ (cpu|gpu)/);
});

test("strings go in and out, and are joined by axis", () => {
  tf.tidy(() => {
    const texts = tf.tensor1d(["a", "b", "ünï ☃"]);
    assert.deepEqual(texts.reshape([3, 1]).arraySync() as unknown, [["a"], ["b"], ["ünï ☃"]]);
    assert.deepEqual(tf.concat([texts, texts]).slice(2, 2).arraySync() as unknown, ["ünï ☃", "a"]);
  });
});

test("tensors of other backends are used, and its own by others", async () => {
  const here = tf.tensor1d([1, 2, 3]).square();
  await chooseBackend("cpu");
  const there = here.add(1);
  assert.deepEqual(there.arraySync() as unknown, [2, 5, 10]);
  await chooseBackend("tensorflow");
  assert.deepEqual(there.mul(2).arraySync() as unknown, [4, 10, 20]);
});

test("values are kept whatever array they were given in", () => {
  assert.deepEqual(tf.tensor1d([1, 0], "bool").logicalNot().arraySync() as unknown, [0, 1]);
  assert.deepEqual(tf.tensor1d([true, false]).toFloat().arraySync() as unknown, [1, 0]);
  assert.deepEqual(tf.tensor1d(Int32Array.of(1, 2)).add(1).arraySync() as unknown, [2, 3]);
  assert.deepEqual(tf.tensor1d(Int32Array.of(1, 2), "float32").div(4).arraySync() as unknown, [0.25, 0.5]);
});

test("an error of TensorFlow is an error here", () => {
  const x = tf.tensor1d([1, 2]);
  assert.throws(() => tf.engine().runKernel("Reshape", { x } as never, { shape: [3] } as never), {
    name: "TensorFlowError",
    message: /Input to reshape is a tensor with 2 values, but the requested shape has 3/,
  });
  assert.deepEqual(x.add(1).arraySync() as unknown, [2, 3]);
});

test("tensors that are disposed of are freed, within tidy and without", () => {
  const { handles } = context(), before = handles.size;
  const y = tf.tidy(() => {
    const x = tf.ones([10, 10]) as Tensor;
    return tf.sum(tf.matMul(x, x).add(x).relu());
  });
  assert.equal(handles.size, before + 1);
  assert.equal(tf.memory().unreliable, false);
  y.dispose();
  assert.equal(handles.size, before);
});

test("tensors that JavaScript forgets are freed", async () => {
  const { handles } = context(), before = handles.size;
  for (let i = 0; i < 60; i++) {
    for (let k = 0; k < 20; k++) tf.ones([512, 1024]).add(k);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  // 1,200 of each were made: all but what was made since the last collection are gone.
  assert.ok(handles.size - before < 1200, `${handles.size - before} are left`);
});

Deno.test("chooseBackend() goes on without TensorFlow where it is not provisioned, and says so", () =>
  inTemporaryFolder(async (folder) => {
    // In a process of its own: here the backend may be registered already.
    const script = `import { describeBackends, chooseBackend } from ${
      JSON.stringify(new URL("../../lib/backend/mod.ts", import.meta.url).href)
    };
      const [first] = await describeBackends(), { taken } = await chooseBackend();
      console.log(JSON.stringify({ first, taken: taken.name }));`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", script],
      env: { PYROSAUR_TENSORFLOW: folder },
      stderr: "inherit",
    }).output();
    const { first, taken } = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(first.available, false);
    assert.match(first.reason, /^No (TensorFlow in|release of TensorFlow is pinned for) /);
    assert.notEqual(taken, "tensorflow");
  }));

Deno.test("describeBackends() names TensorFlow first", async () => {
  assert.equal((await describeBackends())[0].name, "tensorflow");
});
