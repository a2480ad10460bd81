import assert from "node:assert/strict";
import { inWorkers } from "../../lib/workers/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { startWorker } from "../../lib/workers/worker.ts";

const SCRIPT = new URL("./worker_of_tests.ts", import.meta.url);

interface Task {
  readonly value: number;
}

const describe = ({ value }: Task): string => `square ${value}`;

Deno.test("inWorkers() gives results in the order of the tasks, each as soon as it is there", async () => {
  const finished: number[] = [], told: string[] = [];
  const results = await inWorkers<Task, { square: number; backend: string }>(
    SCRIPT,
    [1, 2, 3, 4].map((value) => ({ value })),
    {
      atATime: 2,
      describe,
      progress: (i, done, text) => void told.push(`${i} ${done} ${text}`),
      finished: (i) => void finished.push(i),
    },
  );
  assert.deepEqual(results.map(({ square }) => square), [1, 4, 9, 16]);
  assert.ok(results.every(({ backend }) => backend === "cpu"));
  assert.deepEqual(finished.toSorted(), [0, 1, 2, 3]);
  assert.deepEqual(told.toSorted(), ["0 1 half", "1 2 half", "2 3 half", "3 4 half"]);
});

Deno.test("inWorkers() ends all with the first error, and says which task it was", async () => {
  const endless = { value: -1 }, wrong = { value: NaN };
  await assert.rejects(inWorkers(SCRIPT, [endless, wrong], { atATime: 2, describe }), {
    message: "Cannot square NaN: it is not a number",
  });
  await assert.rejects(
    inWorkers(new URL("./no_such_worker.ts", import.meta.url), [wrong], { atATime: 1, describe }),
    /^Error: Cannot square NaN: /,
  );
  assert.deepEqual(await inWorkers<Task, unknown>(SCRIPT, [], { atATime: 2, describe }), []);
});

Deno.test("inWorkers() does not wait for a Worker that closed itself", async () => {
  const [endless, closing] = [{ value: -1 }, { value: Infinity }];
  await assert.rejects(inWorkers(SCRIPT, [endless, closing], { atATime: 2, describe }), {
    message: "Cannot square Infinity: the Worker ended of itself",
  });
  // One that works for long and one that is ended by us have not ended of themselves.
  const worker = await startWorker(SCRIPT), errors: string[] = [];
  worker.onError((message) => void errors.push(message));
  const answer = new Promise((resolve) => worker.onMessage(resolve));
  worker.post({ task: { value: 3 }, backend: tf.getBackend() });
  assert.deepEqual(await answer, { type: "progress", done: 3, text: "half" });
  worker.terminate();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(errors, []);
});

Deno.test("a Worker that failed before anybody listened tells its error to the one who does", async () => {
  const worker = await startWorker(new URL("./no_such_worker.ts", import.meta.url));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const message = await new Promise<string>((resolve) => worker.onError(resolve));
  assert.match(message, /no_such_worker|Type checking failed/);
  worker.terminate();
});

Deno.test("inWorkers() ends with a signal's reason", async () => {
  const stop = new AbortController(),
    endless = inWorkers(SCRIPT, [{ value: -1 }], {
      atATime: 1,
      describe,
      signal: stop.signal,
    });
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await assert.rejects(endless, { message: "enough" });
});

Deno.test("a Worker of Node's that ends of itself says so", async () => {
  const script = new URL(
    "data:text/javascript,import p from 'node:process'; setTimeout(() => p.exit(3), 20)",
  );
  const { Worker: own } = globalThis;
  Reflect.deleteProperty(globalThis, "Worker");
  try {
    const worker = await startWorker(script);
    assert.equal(await new Promise((end) => worker.onError(end)), "the Worker ended, with code 3");
  } finally {
    globalThis.Worker = own;
  }
});
