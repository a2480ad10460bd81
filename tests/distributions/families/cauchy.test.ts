import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";

Deno.test("Cauchy and HalfCauchy draws have the quartiles that they should", () => {
  const sorted = (d: dist.Distribution) => [...d.sample(key(9), [20_000]).dataSync()].sort((a, b) => a - b);
  const full = sorted(new dist.Cauchy(2, 3)), half = sorted(new dist.HalfCauchy(3));
  const near = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) < 0.2, `${found}, not ${expected}`);
  near(full[5_000], -1), near(full[10_000], 2), near(full[15_000], 5), near(half[10_000], 3);
  assert.ok(half[0] >= 0);
});
