import assert from "node:assert/strict";
import { describe, ratiosToPeer } from "../../bench/distributions/ratios.ts";

Deno.test("ratios to a peer are of what both have measured, and those above 3 are named", () => {
  const of = (name: string, value: number) => ({ name: `dist/${name}`, value, unit: "ns", n: 1 });
  const all = [
    of("A/log_prob_ns", 2),
    of("A/sample_ns", 3),
    of("B/log_prob_ns", 8),
    of("C/log_prob_ns", 1),
    of("D/log_prob_ns", 7),
    of("A/log_prob_ns/peer=numpyro", 4),
    of("B/log_prob_ns/peer=numpyro", 2),
    of("C/log_prob_ns/peer=numpyro", 1),
    of("A/log_prob_ns/peer=torch", 1),
    of("D/log_prob_ns/peer=torch", 1),
  ];
  const [ratios, ...others] = ratiosToPeer(all, "numpyro");
  assert.deepEqual([others, ratios.median, ratios.of], [[], 1, 3]);
  const [line, ...high] = describe([ratios]);
  assert.equal(line, "log_prob: median 1.00 of 3 families, 1 above 3");
  assert.deepEqual(high, ["  B 4.0"]);
  assert.deepEqual(ratiosToPeer(all.slice(0, 5), "numpyro"), []);
});
