import assert from "node:assert/strict";
import { tf } from "../../lib/tensor/mod.ts";
import { chooseBackend, describeBackends } from "../../lib/backend/mod.ts";

Deno.test("describeBackends() gives a reason for each backend and leaves the one in use in use", async () => {
  const before = tf.getBackend(), reports = await describeBackends();
  assert.deepEqual(reports.map((r) => r.name), ["tensorflow", "webgpu", "wasm", "cpu"]);
  for (const { reason } of reports) assert.ok(reason.length > 0);
  assert.equal(tf.getBackend(), before);
});

for (const name of ["cpu", "wasm"]) {
  Deno.test(`chooseBackend("${name}") makes eager operations run there`, async () => {
    try {
      const { taken } = await chooseBackend(name);
      assert.equal(taken.name, name);
      assert.equal(tf.getBackend(), name);
      assert.deepEqual(tf.matMul([[1, 2]], [[3], [4]]).arraySync(), [[11]]);
    } finally {
      await chooseBackend("cpu");
    }
  });
}

Deno.test('chooseBackend("auto") takes the first that works and says why not the others', async () => {
  try {
    const { taken, passedOver } = await chooseBackend();
    const order = (await describeBackends()).filter((r) => r.available).map((r) => r.name);
    assert.equal(taken.name, order[0]);
    for (const report of passedOver) assert.equal(report.available, false);
  } finally {
    await chooseBackend("cpu");
  }
});

Deno.test("chooseBackend() throws on a name there is not", async () => {
  await assert.rejects(() => chooseBackend("abacus"), {
    message: 'Invalid backend "abacus": expected auto or one of tensorflow, webgpu, wasm, cpu',
  });
});
