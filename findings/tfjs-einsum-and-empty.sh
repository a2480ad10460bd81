#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0 (npm), backend cpu, Node 20: results of the wrong shape, without an error. einsum of two matrices to a
# number, "ij,jk->", gives one number for each k, and not even their parts of it; where and broadcastTo of a length of 1
# beside 0 give a length of 1 (add gives 0). Seen: [6, 6, 6, 6] for ones of [2, 3] and [3, 4], whose sum is 24; shape [1, 1].
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat > shapes.cjs <<'JS'
const assert = require("node:assert/strict");
const tf = require("@tensorflow/tfjs");
(async () => {
  assert.ok(await tf.setBackend("cpu"));
  const total = tf.einsum("ij,jk->", tf.ones([2, 3]), tf.ones([3, 4]));
  const empty = tf.zeros([0, 0], "bool");
  const shapes = {
    where: tf.where(empty, tf.scalar(1), tf.scalar(0)).shape,
    broadcastTo: tf.broadcastTo(tf.scalar(1), [0, 0]).shape,
    add: tf.add(tf.zeros([0, 0]), tf.scalar(1)).shape,
  };
  console.log("tfjs", tf.version.tfjs, { einsum: total.arraySync() }, shapes);
  assert.deepEqual(shapes.add, [0, 0]);
  assert.deepEqual(total.arraySync(), [6, 6, 6, 6], "behaviour changed");
  assert.deepEqual([shapes.where, shapes.broadcastTo], [[1, 1], [1, 1]], "behaviour changed");
  console.log("as seen");
})();
JS
node shapes.cjs 2>&1 | grep -v "^$"
