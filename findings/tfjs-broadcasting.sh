#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0 (npm), backend cpu, Node 20: wrong results without an error. einsum of two matrices to a
# number, "ij,jk->", gives one number for each k, and not even their parts of it; where and broadcastTo of a length of 1
# beside 0 give a length of 1 (add gives 0). Seen: [6, 6, 6, 6] for ones of [2, 3] and [3, 4], whose sum is 24; shape [1, 1].
# And matMul of batches [2, 1] and [2, 2] takes matrices in turn instead of broadcasting: 1, 20, 100, 2000 for [1; 2] times
# [1, 10; 100, 1000], which is 1, 10, 200, 2000. A model with two batch axes computes wrong numbers.
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
  const product = tf.matMul(tf.tensor([1, 2], [2, 1, 1, 1]), tf.tensor([1, 10, 100, 1000], [2, 2, 1, 1]));
  console.log("batches", [...product.dataSync()]);
  assert.deepEqual([...product.dataSync()], [1, 20, 100, 2000], "behaviour changed");
  console.log("tfjs", tf.version.tfjs, { einsum: total.arraySync() }, shapes);
  assert.deepEqual(shapes.add, [0, 0]);
  assert.deepEqual(total.arraySync(), [6, 6, 6, 6], "behaviour changed");
  assert.deepEqual([shapes.where, shapes.broadcastTo], [[1, 1], [1, 1]], "behaviour changed");
  console.log("as seen");
})();
JS
node shapes.cjs 2>&1 | grep -v "^$"
