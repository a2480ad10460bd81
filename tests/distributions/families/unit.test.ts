import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { close } from "./close.ts";

Deno.test("Unit scores its factor, and its draws are empty", () => {
  const unit = new dist.Unit([1.5, -2]);
  assert.deepEqual(unit.sample(key(0), [3]).shape, [3, 2, 0]);
  close([...unit.logProb(unit.sample(key(0))).dataSync()], [1.5, -2]);
});
