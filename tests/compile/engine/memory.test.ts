import assert from "node:assert/strict";
import { allocate } from "../../../lib/compile/engine/engine.ts";
import { runError } from "../../../lib/compile/engine/run_error.ts";

Deno.test("allocate() refuses an array above the limit before memory is asked for it", () => {
  const message =
    "Cannot run: an array of shape [1048576, 1048576] takes 4.40e+3 GB, and the limit is 2 GB (PYROSAUR_ARRAY_GB); use a " +
    "smaller batch";
  assert.throws(() => allocate([2 ** 20, 2 ** 20], "float", "float32", new Map()), { message });
  const size = 300_000_000;
  assert.throws(() => allocate([size], "float", "float64", new Map()), /takes 2.40 GB/);
});

Deno.test("a failure within ONNX Runtime is said, and where memory ran out what to do", () => {
  const inputs = [{ data: new Float32Array(2), shape: [2] }, { data: new Float32Array(6), shape: [3, 2] }];
  assert.equal(
    runError("ONNX Runtime", new Error("bad shape"), inputs),
    "Cannot run the graph in ONNX Runtime: bad shape",
  );
  assert.equal(
    runError("ONNX Runtime", new Error("Failed to allocate memory for requested buffer of size 96"), inputs),
    "Cannot run the graph in ONNX Runtime: Failed to allocate memory for requested buffer of size 96. Memory ran out: the " +
      "largest input has shape [3,2]; use a smaller batch, or shorter sequences",
  );
});
