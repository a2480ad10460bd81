import assert from "node:assert/strict";
import { compile, type CompileOptions, valueAndGrad } from "../../lib/compile/mod.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { distributionByName } from "../../tasks/golden/distribution_by_name.ts";
import { present } from "../compile/engines.ts";
import { cases } from "./reference.ts";

interface Case {
  readonly distribution: string;
  readonly params: Readonly<Record<string, number>>;
  readonly value: number;
  readonly log_prob: number;
  /** By the value, and by each parameter; null for counts. */
  readonly slopes: readonly (number | null)[];
}

const families = Object.groupBy(cases("extremes.json") as Case[], (c) => c.distribution);
const settings: CompileOptions[] = ([...present, "tfjs"] as const).flatMap((engine) =>
  (["float32", "float64"] as const).filter((dtype) => engine !== "tfjs" || dtype === "float32")
    .map((dtype) => ({ engine, dtype }))
);

/** Returns the log densities of all cases of a family, and their slopes by each argument. */
async function run(
  family: string,
  all: readonly Case[],
  options: CompileOptions,
): Promise<{ densities: number[]; slopes: number[][] }> {
  const names = Object.keys(all[0].params);
  const rows = [all.map((c) => c.value), ...names.map((name) => all.map((c) => c.params[name]))];
  const of = (x: Tensor, ...parameters: Tensor[]) =>
    distributionByName(family)!(Object.fromEntries(names.map((name, i) => [name, parameters[i]]))).logProb(x);
  const argnums = rows.map((_, i) => i), arrays = rows.map((row) => tf.tensor1d(row));
  const slopes = compile(
    valueAndGrad((...x: Tensor[]) => of(x[0], ...x.slice(1)).sum(), { argnums }),
    options,
  );
  const densities = compile(of, options);
  const { grad } = await slopes.arrays(...arrays), { data } = await densities.arrays(...arrays);
  await slopes.release(), await densities.release();
  return {
    densities: Array.from(data as ArrayLike<number>),
    slopes: (grad as HostArray[]).map(({ data }) => Array.from(data)),
  };
}

for (const options of settings) {
  const { engine, dtype } = options, relative = dtype === "float64" ? 1e-9 : 1e-5;
  for (const [family, all] of Object.entries(families)) {
    Deno.test(`${family}: log densities and slopes are right far out (${engine}, ${dtype})`, async () => {
      const { densities, slopes } = await run(family, all!, options);
      all!.forEach((c, i) => {
        const label = JSON.stringify(c);
        const off = Math.abs(densities[i] - c.log_prob);
        assert.ok(off <= relative * Math.max(1, Math.abs(c.log_prob)), `${densities[i]}, not ${label}`);
        // Slopes meet zeros: to the digits of the largest elasticity, and of the density itself.
        const args = [c.value, ...Object.values(c.params)];
        const largest = Math.max(
          2e-3 * Math.max(1, Math.abs(c.log_prob)),
          ...c.slopes.map((slope, k) => Math.abs((slope ?? 0) * args[k])),
        );
        c.slopes.forEach((slope, k) => {
          if (slope === null) return;
          // Beyond the range of float32 a slope is infinite, next to its end a zero.
          if (Math.abs(slope) > 3e38 && dtype === "float32") return;
          const error = Math.abs(slopes[k][i] - slope),
            size = Math.max(Math.abs(slope), largest / Math.abs(args[k] || Infinity));
          assert.ok(error <= 10 * relative * size + 1e-35, `slope ${k}: ${slopes[k][i]}, not ${label}`);
        });
      });
    });
  }
}
