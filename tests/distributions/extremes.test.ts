import assert from "node:assert/strict";
import { compile, type CompileOptions, valueAndGrad } from "../../lib/compile/mod.ts";
import { type HostArray, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { distributionByName } from "../../tasks/golden/distribution_by_name.ts";
import { present } from "../compile/engines.ts";
import { cases } from "./reference.ts";

/** A number, a vector or a matrix. */
type Numbers = number | readonly Numbers[];

interface Case {
  readonly distribution: string;
  readonly params: Readonly<Record<string, Numbers>>;
  readonly value: Numbers;
  readonly log_prob: number;
  /** By the value, and by each parameter; null for counts, and where none is looked at. */
  readonly slopes: readonly (Numbers | null)[];
}
const entries = (x: Numbers | null): (number | null)[] => [x].flat(Infinity as 1) as (number | null)[];

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
  const { dim, ...others } = all[0].params,
    names = Object.keys(others),
    size = dim === undefined ? {} : { dim };
  const rows = [all.map((c) => c.value), ...names.map((name) => all.map((c) => c.params[name]))];
  const of = (x: Tensor, ...parameters: Tensor[]) => {
    const named = Object.fromEntries(names.map((name, i) => [name, parameters[i]]));
    return distributionByName(family)!({ ...size, ...named } as Record<string, Tensor>).logProb(x);
  };
  const argnums = rows.map((_, i) => i), arrays = rows.map((row) => tf.tensor(row as number[]) as Tensor);
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
        const { dim: _, ...given } = c.params,
          args = [c.value, ...Object.values(given)].map(entries) as number[][];
        const known = c.slopes.filter((_, k) => k === 0 || Object.keys(c.params)[k - 1] !== "dim").map(
          entries,
        );
        const largest = Math.max(
          2e-3 * Math.max(1, Math.abs(c.log_prob)),
          ...known.flatMap((slope, k) => slope.map((s, m) => Math.abs((s ?? 0) * args[k][m]))),
        );
        known.forEach((slope, k) =>
          slope.forEach((s, m) => {
            if (s === null) return;
            // Beyond the range of float32 a slope is infinite, next to its end a zero.
            if (Math.abs(s) > 3e38 && dtype === "float32") return;
            const found = slopes[k][i * args[k].length + m], size = Math.abs(args[k][m] || Infinity);
            const slack = 10 * relative * Math.max(Math.abs(s), largest / size) + 1e-35;
            assert.ok(Math.abs(found - s) <= slack, `slope ${k}[${m}]: ${found}, not ${label}`);
          })
        );
      });
    });
  }
}
