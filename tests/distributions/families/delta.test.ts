import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { close } from "./close.ts";

Deno.test("Delta scores its own value alone", () => {
  const d = new dist.Delta([[1, 2], [3, 4]], { eventDim: 1, logDensity: [0.5, 0.7] });
  assert.deepEqual([d.batchShape, d.eventShape], [[2], [2]]);
  close([...d.logProb(tf.tensor2d([[1, 2], [3, 5]])).dataSync()], [0.5, -Infinity]);
});
