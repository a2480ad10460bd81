import assert from "node:assert/strict";
import { cacheFlags, prune } from "../../lib/tensorflow/xla_cache.ts";

Deno.test("cacheFlags() adds a folder for compiled programs to the user's flags, unless they name one", () => {
  const own = "--tf_xla_persistent_cache_directory=/mine";
  assert.equal(cacheFlags("", "/c"), "--tf_xla_persistent_cache_directory=/c");
  assert.equal(cacheFlags("--a=1", "/c"), "--a=1 --tf_xla_persistent_cache_directory=/c");
  assert.equal(cacheFlags(own, "/c"), own);
  assert.equal(cacheFlags("--a=1", undefined), "--a=1");
});

Deno.test("prune() keeps the youngest files, and bears that there is no folder", () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (let i = 0; i < 6; i++) {
      Deno.writeTextFileSync(`${folder}/${i}`, "");
      Deno.utimeSync(`${folder}/${i}`, 1000 - i, 1000 - i);
    }
    Deno.mkdirSync(`${folder}/kept`);
    const names = () => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort().join("");
    prune(folder, 6);
    assert.equal(names(), "012345kept");
    prune(folder, 2);
    assert.equal(names(), "01kept");
    prune(`${folder}/none`, 2);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
