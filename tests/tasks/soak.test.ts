import assert from "node:assert/strict";
import { main } from "../../tasks/soak.ts";
import { allJobs, type Job, perform } from "../../tasks/soak/jobs.ts";
import { complaints, soak } from "../../tasks/soak/soak.ts";
import { tf } from "../../lib/tensor/mod.ts";

Deno.test("jobs of all kinds done at the same time give what they give alone, and leave no tensors", async () => {
  const jobs = allJobs(["js", "onnx"], 1),
    outcome = await soak({ minutes: 0.01, seed: 1, engines: ["js", "onnx"], seeds: 1 });
  assert.deepEqual(complaints(outcome), []);
  assert.equal(outcome.distinct, jobs.length);
  assert.ok(outcome.done >= jobs.length);
});

Deno.test("a result that depends on its company is shown with its job", async () => {
  let underWay = 0;
  const work = async (job: Job) => {
    const company = ++underWay;
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay--;
    return JSON.stringify({
      kind: job.kind,
      value: job.kind === "draw" && job.engine === "onnx" ? company : 0,
    });
  };
  const outcome = await soak({ minutes: 0.001, seed: 2, engines: ["js", "onnx"], seeds: 1, work });
  const found = complaints(outcome);
  assert.ok(found.length > 0);
  for (const line of found) {
    assert.match(
      line,
      /^\{"kind":"draw","engine":"onnx",.*\} differs from its serial replay: \.\.\..*instead of/,
    );
  }
});

Deno.test("tensors that are left and memory that grows are complained of", async () => {
  const left: unknown[] = [];
  const work = () => Promise.resolve(String(left.push(tf.scalar(1)) > 0));
  const outcome = await soak({ minutes: 0.01, seed: 3, engines: ["js"], seeds: 1, work });
  assert.match(complaints(outcome).join(), /^\d+ tensors more than after minute 0\.0$/);
  tf.dispose(left as never);
  const held = (minute: number, megabytes: number) => ({ minute, megabytes, tensors: 0 });
  const grown = { ...outcome, differences: [], first: held(1, 200), last: held(20, 300) };
  assert.deepEqual(complaints(grown), ["the resident set has grown from 200 to 300 MB since minute 1.0"]);
  assert.deepEqual(complaints({ ...grown, last: held(20, 210) }), []);
});

Deno.test("a job that fails has its reason for a result", async () => {
  const job = { kind: "fit", engine: "js", subject: "none", seed: 0 } as const;
  assert.match(await perform(job, undefined as never), /^failed: /);
});

Deno.test("deno task soak refuses no minutes", async () => {
  const errors: string[] = [], original = console.error;
  console.error = (line) => void errors.push(line);
  try {
    assert.equal(await main(["--minutes", "0"], () => {}), 1);
  } finally {
    console.error = original;
  }
  assert.deepEqual(errors, ['Invalid value "0" of --minutes: expected an integer from 1']);
});
