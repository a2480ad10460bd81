import assert from "node:assert/strict";
import * as diagnostics from "../../../lib/infer/mod.ts";
import { hpdi } from "../../../lib/statistics/mod.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { run } from "../../python.ts";

/** Chains of several kinds, each of one number: normal, correlated, apart, heavy, with ties. */
function chains(kind: number): number[][] {
  const [count, length] = [[4, 250], [4, 500], [3, 101], [2, 400], [4, 333]][kind];
  return Array.from({ length: count }, (_, c) => {
    const noise = random.normal(random.key(kind).foldIn(c), [length]).dataSync();
    let before = 0;
    return Array.from(noise, (z) => {
      before = kind === 1 ? 0.9 * before + z : z;
      return [before, before, z + 0.5 * c, Math.sign(z) * Math.abs(z) ** 5, Math.round(z)][kind];
    });
  });
}

const SCRIPT = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np
from arviz_stats.base import array_stats as a
out = []
for draws in json.loads(sys.argv[1]):
    x = np.array(draws)
    ess = lambda method, prob=None: float(a.ess(x, chain_axis=0, draw_axis=1, method=method, prob=prob))
    mcse = lambda method, prob=None: float(a.mcse(x, chain_axis=0, draw_axis=1, method=method, prob=prob))
    weights, k = a._psislw(-x.flatten().astype(float), 1.0)
    low, high = a._hdi_nearest(x, 0.9, False, False)
    out.append([
        float(a.rhat(x, chain_axis=0, draw_axis=1, method="rank")),
        float(a.rhat(x, chain_axis=0, draw_axis=1, method="split")),
        ess("bulk"), ess("tail", 0.05), ess("mean"), ess("sd"), ess("quantile", 0.3),
        mcse("mean"), mcse("sd"), mcse("quantile", 0.3),
        *[float(v) for v in a.bfmi(x)], float(low), float(high), float(k), float(weights[7]), float(weights.max()),
    ])
print(json.dumps(out))
`;

const all = [0, 1, 2, 3, 4].map(chains);
const { success, text } = await run(SCRIPT, JSON.stringify(all));
const missing = !success && /No module named|cannot be run/.test(text) ? " (no arviz-stats here)" : "";

Deno.test({
  name: `diagnostics are arviz-stats' own on the same draws, to 1e-9${missing}`,
  ignore: missing !== "",
  fn() {
    assert.ok(success, text);
    JSON.parse(text).forEach((expected: number[], kind: number) => {
      const x = all[kind], { low, high } = hpdi(x.flat(), 0.9);
      const { k, logWeights } = diagnostics.smoothWeights(x.flat());
      const found = [
        diagnostics.rHat(x),
        diagnostics.splitRHat(x),
        diagnostics.essBulk(x),
        diagnostics.essTail(x),
        diagnostics.essMean(x),
        diagnostics.essSd(x),
        diagnostics.essQuantile(x, 0.3),
        diagnostics.mcseMean(x),
        // arviz-stats 0.8.0 takes the effective size of the draws where that of their squares belongs.
        diagnostics.mcseSd(x) * Math.sqrt(diagnostics.essSd(x) / diagnostics.essMean(x)),
        diagnostics.mcseQuantile(x, 0.3),
        ...diagnostics.bfmi(x),
        low,
        high,
        k,
        logWeights[7],
        Math.max(...logWeights),
      ];
      assert.equal(found.length, expected.length);
      found.forEach((value, i) =>
        assert.ok(
          Math.abs(value - expected[i]) <= 1e-9 * Math.max(1, Math.abs(expected[i])),
          `draws ${kind}, value ${i}: ${value}, expected ${expected[i]}`,
        )
      );
    });
  },
});
