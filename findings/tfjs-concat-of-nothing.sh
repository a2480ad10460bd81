#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0 (npm, backend cpu): concat and stack of tensors without elements give a tensor whose values are a plain
# array, not a typed one. Its dataSync() is that array, and slice of it, also of a part without elements, throws "subarray is not
# a function", where slice of tf.zeros of the same shape works (NumPy slices both).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > run.cjs <<'JS'
console.warn = console.log = ((log) => (...x) => String(x[0]).includes("tfjs-node") || log(...x))(console.log);
const tf = require("@tensorflow/tfjs"), assert = require("node:assert");
const empty = tf.zeros([0, 3]);
const sliced = (x) => {
  try {
    return JSON.stringify(x.slice([0, 0], [0, 2]).shape);
  } catch (error) {
    return error.message;
  }
};
tf.setBackend("cpu");
const joined = tf.concat([empty, empty], 0);
console.log("zeros:", empty.dataSync().constructor.name, sliced(empty));
console.log("concat:", joined.dataSync().constructor.name, sliced(joined));
assert.equal(sliced(empty), "[0,2]");
assert.ok(Array.isArray(joined.dataSync()), "behaviour changed");
assert.match(sliced(joined), /subarray is not a function/, "behaviour changed");
console.log("as seen");
JS
node run.cjs
