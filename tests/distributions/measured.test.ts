import assert from "node:assert/strict";
import { compile, type CompileOptions, valueAndGrad } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";

interface Case {
  family: string;
  slope: number[];
}
interface KlCase extends Case {
  p: number[];
  q: number[];
  kl: number;
}
interface DensityCase extends Case {
  value: number;
  parameters: number[];
  logProb: number;
}
const measured: { kl: KlCase[]; density: DensityCase[] } = JSON.parse(
  Deno.readTextFileSync(new URL("measured.json", import.meta.url)),
);

const families: Record<string, (p: Tensor[]) => dist.Distribution> = {
  Exponential: ([rate]) => new dist.Exponential(rate),
  Poisson: ([rate]) => new dist.Poisson(rate),
  Normal: ([loc, scale]) => new dist.Normal(loc, scale),
  LogNormal: ([loc, scale]) => new dist.LogNormal(loc, scale),
  HalfNormal: ([scale]) => new dist.HalfNormal(scale),
  Laplace: ([loc, scale]) => new dist.Laplace(loc, scale),
  Cauchy: ([loc, scale]) => new dist.Cauchy(loc, scale),
  HalfCauchy: ([scale]) => new dist.HalfCauchy(scale),
  StudentT: ([df, loc, scale]) => new dist.StudentT(df, loc, scale),
  Gamma: ([a, rate]) => new dist.Gamma(a, rate),
  Beta: ([a, b]) => new dist.Beta(a, b),
  Dirichlet: (a) => new dist.Dirichlet(tf.stack(a, -1) as Tensor),
  Uniform: ([low, high]) => new dist.Uniform(low, high),
};
const engines: CompileOptions[] = ([...present, "tfjs"] as const).flatMap((engine) =>
  (engine === "tfjs" ? ["float32"] as const : ["float32", "float64"] as const).map((dtype) => ({
    engine,
    dtype,
  }))
);
const labelOf = ({ engine, dtype }: CompileOptions) => `${engine}, ${dtype}`;

/** Runs a function of numbers side by side for all cases of a family, and its gradient. */
async function run(f: (...rows: Tensor[]) => Tensor, rows: number[][], options: CompileOptions) {
  const argnums = rows.map((_, i) => i);
  const program = compile(valueAndGrad((...x: Tensor[]) => f(...x).sum(), { argnums }), options);
  const values = compile(f, options), arrays = rows.map((row) => tf.tensor1d(row));
  const { grad } = await program.arrays(...arrays), { data } = await values.arrays(...arrays);
  await program.release(), await values.release();
  return { value: [...data], slopes: grad.map((g: { data: ArrayLike<number> }) => Array.from(g.data)) };
}

const relative = (found: number, expected: number) =>
  found === expected ? 0 : Math.abs(found - expected) / Math.abs(expected);
const columns = (rows: number[][]) => rows[0].map((_, i) => rows.map((row) => row[i]));
const byFamily = <C extends Case>(cases: C[]) => Object.entries(Object.groupBy(cases, (c) => c.family));

for (const options of engines) {
  const isDouble = options.dtype === "float64";
  for (const [family, cases] of byFamily(measured.kl)) {
    Deno.test(`KL of ${family} keeps its digits for close parameters, and so do its slopes (${labelOf(options)})`, async () => {
      const lengths = new Set(cases!.map((c) => c.p.length));
      for (const n of lengths) {
        const some = cases!.filter((c) => c.p.length === n);
        const f = (...rows: Tensor[]) =>
          dist.klDivergence(families[family](rows.slice(0, n)), families[family](rows.slice(n)));
        const { value, slopes } = await run(f, columns(some.map((c) => [...c.p, ...c.q])), options);
        some.forEach((c, i) => {
          assert.ok(value[i] >= 0, `KL ${value[i]} of ${JSON.stringify(c)}`);
          const error = relative(value[i], c.kl);
          assert.ok(error < (isDouble ? 1e-11 : 2e-5), `${value[i]}, off by ${error}: ${JSON.stringify(c)}`);
          c.slope.forEach((slope, k) => {
            // Slopes change signs: to the digits of the largest part, the parameter's own scale.
            const off = Math.abs(slopes[k][i] - slope);
            const size = Math.max(Math.abs(slope), c.kl / Math.max(1e-30, Math.abs(c.p[k])));
            assert.ok(
              off <= (isDouble ? 1e-9 : 1e-4) * size,
              `slope ${k}: ${slopes[k][i]}: ${JSON.stringify(c)}`,
            );
          });
        });
      }
    });
  }

  for (const [family, cases] of byFamily(measured.density)) {
    Deno.test(`the log density of ${family} far out is finite and right, and so are its slopes (${labelOf(options)})`, async () => {
      const f = (value: Tensor, ...rows: Tensor[]) => (families[family](rows) as dist.Normal).logProb(value);
      const { value, slopes } = await run(f, columns(cases!.map((c) => [c.value, ...c.parameters])), options);
      cases!.forEach((c, i) => {
        const error = Math.abs(value[i] - c.logProb) / Math.max(1, Math.abs(c.logProb));
        assert.ok(error < (isDouble ? 1e-12 : 3e-6), `${value[i]}: ${JSON.stringify(c)}`);
        c.slope.forEach((slope, k) => {
          if (Math.abs(slope) > 3e38) return;
          const off = Math.abs(slopes[k][i] - slope), size = Math.abs(slope) + 1e-30;
          assert.ok(off <= 1e-4 * size + 1e-6, `slope ${k}: ${slopes[k][i]}: ${JSON.stringify(c)}`);
        });
      });
    });
  }
}
