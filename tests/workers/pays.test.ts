import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { paysWorkers, processors } from "../../lib/workers/pays.ts";

Deno.test("processors() are those of the process, and one in a Worker, which has others beside it", async () => {
  assert.equal(processors(), availableParallelism());
  const page = new URL("../../lib/workers/pays.ts", import.meta.url);
  const source = `import { processors } from "${page}"; postMessage(processors());`;
  const script = `data:text/javascript,${encodeURIComponent(source)}`;
  const worker = new Worker(script, { type: "module" });
  assert.equal(await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data)), 1);
  worker.terminate();
});

Deno.test("Workers pay where they save more than a second", () => {
  assert.ok(paysWorkers(1.1));
  assert.ok(!paysWorkers(0.9));
  assert.ok(paysWorkers(2.1, 0.5));
  assert.ok(!paysWorkers(1.9, 0.5));
  assert.ok(!paysWorkers(100, 0));
});
