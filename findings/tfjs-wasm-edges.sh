#!/usr/bin/env bash
# @tensorflow/tfjs-backend-wasm 4.22.0 (npm), Node 20: elementwise kernels differ from the backend cpu at edges. Seen:
# log1p(1e-10) is 0 (cpu 1e-10): the kernel computes log(1 + x); clipByValue(NaN, 0, 1) is 0 and maximum(1, NaN) is 1
# (cpu: NaN both). Whoever uses wasm as the reference of another engine, or looks for NaN in losses computed there, is misled.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat > edges.cjs <<'JS'
const assert = require("node:assert/strict");
const tf = require("@tensorflow/tfjs");
const { setWasmPaths, version_wasm } = require("@tensorflow/tfjs-backend-wasm");
const path = require("node:path");
setWasmPaths(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")) + "/dist/");
const edges = () => ({
  log1p: tf.tensor([1e-10]).log1p().dataSync()[0],
  clip: tf.tensor([NaN]).clipByValue(0, 1).dataSync()[0],
  maximum: tf.maximum(tf.tensor([1]), tf.tensor([NaN])).dataSync()[0],
});
(async () => {
  const found = {};
  for (const backend of ["cpu", "wasm"]) {
    assert.ok(await tf.setBackend(backend), backend);
    found[backend] = edges();
  }
  console.log("tfjs", tf.version.tfjs, "wasm", version_wasm, found);
  assert.ok(Math.abs(found.cpu.log1p - 1e-10) < 1e-16);
  assert.ok(Number.isNaN(found.cpu.clip) && Number.isNaN(found.cpu.maximum));
  assert.deepEqual(found.wasm, { log1p: 0, clip: 0, maximum: 1 }, "behaviour changed");
  console.log("as seen");
})();
JS
node edges.cjs 2>&1 | grep -v "^$"
