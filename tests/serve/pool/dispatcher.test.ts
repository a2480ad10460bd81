import assert from "node:assert/strict";
import type { DynamicBatching } from "../../../lib/serve/mod.ts";
import { Dispatcher } from "../../../lib/serve/pool/dispatcher.ts";
import { type BatchReport, ModelQueue } from "../../../lib/serve/pool/model_queue.ts";
import { WorkerPool } from "../../../lib/serve/pool/worker_pool.ts";
import type { WireTensor } from "../../../lib/serve/protocol/datatypes.ts";
import { Watch } from "../../../lib/serve/watch.ts";
import type { ServeError } from "../../../lib/serve/protocol/serve_error.ts";

/** Lets what was asked for come to a Worker: what comes later is not joined with it. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const CRASH = -1, HANG = -2, FAIL = -3, CLOSE = -4;

const tensor = (...values: number[]): WireTensor => ({
  name: "x",
  datatype: "FP32",
  shape: [values.length, 1],
  data: new Uint8Array(Float32Array.from(values).buffer),
});

const numbers = (
  { data }: WireTensor,
): number[] => [...new Float32Array((data as Uint8Array).slice().buffer)];

/** A pool of Workers that give rows back, and the ways to ask it. */
interface Pooled {
  readonly pool: WorkerPool;
  readonly dispatcher: Dispatcher;
  readonly reports: BatchReport[];
  /** Asks for rows; resolves to them and to the number that were run together, or to a status. */
  ask(
    values: readonly number[],
    timeout?: number,
    signal?: AbortSignal,
  ): Promise<{ values: number[]; together: number } | number>;
}

async function pooled(
  body: (pooled: Pooled) => Promise<void>,
  { batching = {}, workers = 1, maxWaiting = 100, within = 1000, maxBatchSize = 8, others = 8 }: {
    batching?: DynamicBatching | false;
    workers?: number;
    maxWaiting?: number;
    within?: number;
    maxBatchSize?: number;
    others?: number;
  } = {},
): Promise<void> {
  const pool = new WorkerPool(
    new URL("./fake_model_worker.ts", import.meta.url),
    1,
    new Watch(),
    () => dispatcher.pump(),
    others,
  );
  const dispatcher: Dispatcher = new Dispatcher(pool, maxWaiting, within), reports: BatchReport[] = [];
  await pool.start(workers);
  await pool.load("m", Uint8Array.of(1), [], "m");
  const queue = new ModelQueue(
    "m",
    { name: "m", version: 1, maxBatchSize, inputs: [], outputs: [] },
    batching,
    (report) => void reports.push(report),
  );
  const ask: Pooled["ask"] = async (values, timeout = 5000, signal) => {
    try {
      return await dispatcher.submit(
        queue,
        [tensor(...values)],
        ([x, batch]) => ({ values: numbers(x), together: numbers(batch)[0] }),
        timeout,
        signal && (() => signal),
      );
    } catch (error) {
      return (error as ServeError).status;
    }
  };
  try {
    await body({ pool, dispatcher, reports, ask });
  } finally {
    pool.close();
  }
}

Deno.test("requests that wait are joined up to max_batch_size, and each has its own rows back", () =>
  pooled(async ({ ask, reports }) => {
    const asked = [[1], [2, 3], [4, 5, 6], [7, 8], [9], [10]];
    const answers = await Promise.all(asked.map((values) => ask(values)));
    // Those that come together go together, as many as fit, in their order.
    assert.deepEqual(answers, asked.map((values, i) => ({ values, together: [8, 8, 8, 8, 2, 2][i] })));
    assert.deepEqual(reports.map(({ rows, waited }) => [rows, waited.length]), [[8, 4], [2, 2]]);
    assert.deepEqual(await ask([11]), { values: [11], together: 1 });
    assert.ok(reports[2].waited[0] < 20, "one alone waits for no other");
  }));

Deno.test("without dynamic batching, and without a batch's axis, each goes alone", async () => {
  for (const options of [{ batching: false }, { maxBatchSize: 0 }] as const) {
    await pooled(async ({ ask }) => {
      const answers = await Promise.all([[1, 2], [3], [4]].map((values) => ask(values)));
      assert.deepEqual(answers.map((a) => (a as { together: number }).together), [2, 1, 1]);
    }, options);
  }
});

Deno.test("a delay waits for others while a Worker is free, up to a preferred number of rows", () =>
  pooled(async ({ ask, reports }) => {
    const start = performance.now();
    assert.deepEqual(await Promise.all([ask([1]), ask([2])]), [{ values: [1], together: 2 }, {
      values: [2],
      together: 2,
    }]);
    assert.ok(reports[0].waited[0] >= 140, `waited ${reports[0].waited[0]} ms`);
    assert.ok(performance.now() - start >= 140);
    const asked = [[1], [2], [3], [4], [5]].map((values) => ask(values));
    const answers = await Promise.all(asked);
    assert.deepEqual(
      answers.map((a) => (a as { together: number }).together),
      [4, 4, 4, 4, 1],
      "a preferred number goes at once",
    );
    assert.ok(reports[1].waited[3] < 100);
  }, { batching: { maxQueueDelayMicroseconds: 150_000, preferredBatchSize: [4] } }));

Deno.test("on the last processor, what can be joined waits for a Worker that is soon free, and grows", async () => {
  for (const [others, together] of [[1, 2], [2, 1]]) {
    await pooled(async ({ ask }) => {
      assert.deepEqual(await ask([0]), { values: [0], together: 1 });
      const first = ask([1]);
      await turn();
      const second = ask([2]);
      await turn();
      const answers = await Promise.all([first, second, ask([3])]);
      assert.deepEqual(answers.map((a) => (a as { together: number }).together), [1, together, together]);
    }, { workers: 3, others });
  }
});

Deno.test("rows of other shapes are not joined", () =>
  pooled(async ({ dispatcher, ask }) => {
    const queue = new ModelQueue(
      "m",
      { name: "m", version: 1, maxBatchSize: 8, inputs: [], outputs: [] },
      {},
      () => {},
    );
    const wide = { ...tensor(1, 2, 3, 4), shape: [2, 2] };
    const first = ask([0]),
      answers = [[tensor(5)], [wide], [tensor(6)]].map((inputs) =>
        dispatcher.submit(queue, inputs, ([x, batch]) => [x.shape, numbers(batch)[0]], 1000)
      );
    await first;
    assert.deepEqual(await Promise.all(answers), [
      [[1, 1], 2],
      [[2, 2], 4],
      [[1, 1], 2],
    ]);
  }));

Deno.test("a request that the model refuses is a 400, and fails none that was joined with it", () =>
  pooled(async ({ ask }) => {
    const answers = await Promise.all([[0], [1], [FAIL], [2]].map((values) => ask(values)));
    assert.deepEqual(answers, [{ values: [0], together: 1 }, { values: [1], together: 1 }, 400, {
      values: [2],
      together: 1,
    }]);
  }));

Deno.test("a Worker that crashes answers its share with 503, is replaced, and the others go on", () =>
  pooled(async ({ ask, pool }) => {
    const answers = await Promise.all([[CRASH], [1], [2]].map((values) => ask(values)));
    assert.deepEqual(answers, [503, { values: [1], together: 1 }, { values: [2], together: 1 }]);
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(await ask([i]), { values: [i], together: 1 });
    }
    assert.equal(await ask([CRASH]), 503);
    assert.deepEqual(await ask([3]), { values: [3], together: 1 }, "again, after a pause");
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal(pool.size, 2);
  }, { workers: 2, batching: false }));

Deno.test("a Worker that closes itself is a 503 at once, and is replaced", () =>
  pooled(async ({ ask }) => {
    const closing = ask([CLOSE]);
    await turn();
    assert.deepEqual(await Promise.all([closing, ask([1])]), [503, { values: [1], together: 1 }]);
  }, { batching: false, within: 60_000 }));

Deno.test("a run that does not end is a 504, and its Worker is replaced", () =>
  pooled(async ({ ask }) => {
    const start = performance.now(), hang = ask([HANG]);
    await turn();
    const next = ask([1]);
    assert.equal(await hang, 504);
    assert.ok(performance.now() - start >= 190);
    assert.deepEqual(await next, { values: [1], together: 1 });
  }, { within: 200 }));

Deno.test("a request whose time is up is a 504, waiting or not", () =>
  pooled(async ({ ask, dispatcher }) => {
    const start = performance.now(), running = ask([HANG], 100), waiting = ask([1], 100);
    assert.deepEqual([await running, await waiting], [504, 504]);
    assert.ok(performance.now() - start < 900, "before the Worker is given up");
    assert.equal(dispatcher.waiting, 0);
  }));

Deno.test("a request beyond those that may wait is a 429", () =>
  pooled(async ({ ask }) => {
    const answers = await Promise.all([1, 2, 3, 4].map((value) => ask([value])));
    assert.deepEqual(answers.map((a) => typeof a === "number" ? a : a.values), [[1], [2], [3], 429]);
  }, { maxWaiting: 2, batching: false }));

Deno.test("a request that is withdrawn leaves the queue, a look later", () =>
  pooled(async ({ ask, dispatcher, reports }) => {
    const gone = new AbortController(), first = ask([HANG], 300);
    await turn();
    const second = ask([2], 5000, gone.signal), third = ask([3]);
    assert.equal(dispatcher.waiting, 2);
    gone.abort();
    assert.equal(await second, 499);
    assert.equal(dispatcher.waiting, 1);
    assert.equal(await first, 504);
    assert.deepEqual(await third, { values: [3], together: 1 });
    assert.deepEqual(reports.map(({ rows }) => rows), [1]);
  }, { within: 400 }));

Deno.test("a model that cannot be loaded is in no Worker", () =>
  pooled(async ({ pool, ask }) => {
    await assert.rejects(pool.load("bad", Uint8Array.of(0), [], "bad"), /^Error: no model$/);
    assert.deepEqual(await ask([1]), { values: [1], together: 1 });
  }, { workers: 2 }));

Deno.test("a pool that is closed answers what it owes with 503", async () => {
  let owed: Promise<unknown> | undefined;
  await pooled((pooled) => {
    owed = pooled.ask([1]);
    return Promise.resolve();
  });
  assert.equal(await owed, 503);
});
