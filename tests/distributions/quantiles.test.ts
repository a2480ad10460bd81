import assert from "node:assert/strict";
import { compile, type CompileOptions, valueAndGrad } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";
import { cases, close } from "./reference.ts";

interface Case {
  readonly family: string;
  readonly p: number;
  readonly parameters: readonly number[];
  readonly quantile: number;
  /** By the probability and by each parameter. */
  readonly slopes: readonly number[];
}
const makers: Record<string, (...parameters: Tensor[]) => dist.Distribution> = {
  InverseGaussian: (loc, concentration) => new dist.InverseGaussian(loc, concentration),
};

const families = Object.groupBy(cases("../distributions/quantiles.json") as Case[], (c) => c.family);
const settings: CompileOptions[] = present.flatMap((engine) =>
  (["float32", "float64"] as const).map((dtype) => ({ engine, dtype }))
);

for (const options of settings) {
  const digits = options.dtype === "float64" ? 1e-9 : 4e-6;
  for (const [family, all] of Object.entries(families)) {
    Deno.test(`${family}: quantiles and their slopes are mpmath's (${options.engine}, ${options.dtype})`, async () => {
      const columns = [(c: Case) => c.p, ...all![0].parameters.map((_, k) => (c: Case) => c.parameters[k])];
      const rows = columns.map((of) => tf.tensor1d(all!.map(of))), argnums = rows.map((_, k) => k);
      const quantile = (p: Tensor, ...given: Tensor[]) => makers[family](...given).icdf(p);
      const both = (...given: Tensor[]) => [
        quantile(given[0], ...given.slice(1)),
        valueAndGrad((...x: Tensor[]) => quantile(x[0], ...x.slice(1)).sum(), { argnums })(...given).grad,
      ];
      const program = compile(both, options);
      const [values, slopes] = await program.arrays(...rows) as unknown as [HostArray, HostArray[]];
      await program.release();
      all!.forEach((c, i) => {
        const label = `${family}(${c.parameters}) at ${c.p}`, size = Math.abs(c.quantile);
        // What rounding the probability, and 1 less it, changes.
        const rounding = digits * Math.abs(c.slopes[0]) * c.p;
        close(label, values.data[i], c.quantile, digits * size + rounding * 0.1);
        c.slopes.forEach((slope, k) => {
          const by = k === 0 ? c.p : c.parameters[k - 1],
            slack = (size + rounding / digits) / Math.abs(by || 1);
          close(`${label}, slope ${k}`, slopes[k].data[i], slope, 100 * digits * (Math.abs(slope) + slack));
        });
      });
    });
  }
}

Deno.test("truncated inverse Gaussians are drawn by their quantiles, which end at 0 and infinity", () => {
  const d = new dist.InverseGaussian(2, 3), part = new dist.Truncated(d, { low: 1 });
  assert.deepEqual([...d.icdf([0, 1]).dataSync()], [0, Infinity]);
  const [below] = d.cdf(1).dataSync(), [middle] = d.cdf(part.icdf(0.5)).dataSync();
  close("the middle of the part", middle, (1 + below) / 2, 2e-6);
});

Deno.test("tails of inverse Gaussians have the digits of their logarithms", () => {
  const d = new dist.InverseGaussian(2, 3);
  // By mpmath: log(Phi(a) + exp(3) Phi(b)) at 0.01, and log(Phi(-a) - exp(3) Phi(b)) at 90.
  close("below", d.logCdf(0.01).dataSync()[0], -151.5847173619374, 2e-4);
  close("above", d.logSurvival(90).dataSync()[0], -38.44707338486753, 2e-4);
});
