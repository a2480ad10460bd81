import assert from "node:assert/strict";
import { compile, type CompileOptions, valueAndGrad } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";
import { cases, close } from "./reference.ts";

interface Case {
  readonly family: string;
  readonly parameters: readonly number[];
  readonly entropy: number;
  /** By each parameter; null for numbers of trials. */
  readonly slopes: readonly (number | null)[];
}
type Families = Record<string, new (...parameters: any[]) => dist.Distribution>;
const make = (family: string, parameters: readonly Tensor[]) =>
  new (dist as unknown as Families)[family](...parameters);

const families = Object.groupBy(cases("../distributions/entropies.json") as Case[], (c) => c.family);
const settings: CompileOptions[] = ([...present, "tfjs"] as const).flatMap((engine) =>
  (["float32", "float64"] as const).filter((dtype) => engine !== "tfjs" || dtype === "float32")
    .map((dtype) => ({ engine, dtype }))
);

for (const options of settings) {
  const isDouble = options.dtype === "float64", digits = isDouble ? 1e-9 : 4e-6;
  Deno.test(`entropies of counts and their slopes are mpmath's sums (${options.engine}, ${options.dtype})`, async () => {
    for (const [family, all] of Object.entries(families)) {
      const rows = all![0].parameters.map((_, k) => tf.tensor1d(all!.map((c) => c.parameters[k])));
      const entropy = (...given: Tensor[]) => make(family, given).entropy();
      const argnums = rows.map((_, k) => k);
      const both = (...given: Tensor[]) => [
        entropy(...given),
        valueAndGrad((...x: Tensor[]) => entropy(...x).sum(), { argnums })(...given).grad,
      ];
      const program = compile(both, options);
      const [values, slopes] = await program.arrays(...rows) as unknown as [HostArray, HostArray[]];
      await program.release();
      all!.forEach((c, i) => {
        const label = `${family}(${c.parameters})`;
        close(label, values.data[i], c.entropy, digits * (isDouble ? c.entropy : Math.max(1, c.entropy)));
        c.slopes.forEach((slope, k) => {
          if (slope === null) return;
          // A slope is known to the digits of what the entropy changes by over the parameter.
          const slack = 10 * digits * (Math.abs(slope) + 1 / c.parameters[k]);
          close(`${label}, slope ${k}`, slopes[k].data[i], slope, slack);
        });
      });
    }
  });
}

Deno.test("entropies of gated counts are those of their probabilities, and of sure counts 0", () => {
  const base = new dist.Poisson([0.4, 3]), counts = tf.range(0, 40).expandDims(-1) as Tensor;
  for (const d of [new dist.ZeroInflated(base, 0.3), new dist.Hurdle(base, { logits: -1 })]) {
    const logs = d.logProb(counts), expected = logs.exp().mul(logs).sum(0).neg().dataSync();
    d.entropy().dataSync().forEach((h, i) => close(`${d.name}[${i}]`, h, expected[i], 2e-6));
  }
  const several = new dist.BetaBinomial(2, 3, [4, 9]).entropy().dataSync();
  [4, 9].forEach((n, i) => {
    const logs = new dist.BetaBinomial(2, 3, n).logProb(tf.range(0, n + 1));
    close(`BetaBinomial of ${n}`, several[i], logs.exp().mul(logs).sum().neg().dataSync()[0], 2e-6);
  });
  const open = new dist.Hurdle(new dist.Gamma(2, 1), 0).entropy().dataSync()[0];
  close("Hurdle of Gamma", open, new dist.Gamma(2, 1).entropy().dataSync()[0], 1e-6);
  const sure = [
    new dist.Poisson(0),
    new dist.Binomial(5, 0),
    new dist.Binomial(5, 1),
    new dist.Binomial(0, 0.5),
  ];
  for (const d of sure) {
    const [found] = d.entropy().dataSync();
    assert.ok(found >= 0 && found < 1e-7, `${d.name}: ${found}`);
  }
});
