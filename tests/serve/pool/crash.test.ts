import assert from "node:assert/strict";
import { encodeModelConfig, loadModel, parseModelConfig } from "../../../lib/serve/mod.ts";
import { Dispatcher } from "../../../lib/serve/pool/dispatcher.ts";
import { ModelQueue } from "../../../lib/serve/pool/model_queue.ts";
import { WorkerPool } from "../../../lib/serve/pool/worker_pool.ts";
import type { ServeError } from "../../../lib/serve/protocol/serve_error.ts";
import { modelSpec } from "../../../lib/serve/service/served_version.ts";
import { Watch } from "../../../lib/serve/watch.ts";
import { rows } from "../served.ts";

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const end of ["error", "close", "terminate"] as const) {
  const way = { error: "throws", close: "closes itself", terminate: "is ended" }[end];
  Deno.test(`a Worker with sessions that ${way} under load fails its share at most, is replaced, and all goes on`, async () => {
    const script = new URL("./crashing_model_worker.ts", import.meta.url), model = rows();
    const pool = new WorkerPool(script, 1, new Watch(), () => dispatcher.pump());
    const dispatcher: Dispatcher = new Dispatcher(pool, 1000, 2000);
    // In the server's own thread there would be no Worker to fail.
    pool.own.isQuick = () => false;
    await pool.start(2);
    await pool.load("rows", model.bytes, ["y", "s"], "rows");
    const spec = modelSpec(parseModelConfig(encodeModelConfig(model.config)), 1);
    const queue = new ModelQueue("rows", spec, {}, () => {}), loaded = await loadModel(model.bytes);
    let stopped = false, answered = 0, afterwards = 0, ended = false;
    const statuses: number[] = [];
    const client = async (seed: number) => {
      for (let i = 0; !stopped; i++) {
        const x = Float32Array.of(seed, i, Math.sin(seed + i));
        const input = {
          name: "x",
          datatype: "FP32" as const,
          shape: [1, 3],
          data: new Uint8Array(x.buffer.slice(0)),
        };
        try {
          const found = await dispatcher.submit(queue, [input], (outputs) => {
            const y = outputs.find(({ name }) => name === "y")!;
            return new Float32Array((y.data as Uint8Array).slice().buffer);
          }, 2000);
          assert.deepEqual([...found], [...(await loaded.run({ x: { data: x, shape: [1, 3] } })).y.data]);
          answered++;
          if (ended) afterwards++;
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          statuses.push((error as ServeError).status);
        }
        await wait(0);
      }
    };
    const clients = Array.from({ length: 16 }, (_, seed) => client(seed));
    await wait(300);
    for (let i = 0; i < 2; i++) {
      while (!pool.idle) await wait(0);
      const { worker } = pool.idle;
      if (end === "terminate") worker.terminate();
      else worker.post({ end });
      await wait(1200);
    }
    ended = true;
    await wait(end === "terminate" ? 2500 : 500);
    // A Worker takes as long to start as the machine leaves it.
    for (let waited = 0; afterwards <= 20 && waited < 20_000; waited += 100) await wait(100);
    stopped = true;
    await Promise.all(clients);
    const share = end === "terminate" ? 504 : 503;
    assert.ok(statuses.every((status) => status === share), `${statuses}`);
    assert.ok(statuses.length <= 32, `${statuses.length} of ${answered} failed`);
    assert.ok(answered > 100 && afterwards > 20, `${answered} answered, ${afterwards} of them at the end`);
    assert.equal(pool.size, 2, "both are there again");
    pool.close();
    await loaded.release();
  });
}
