import { MCMC, NUTS, summary } from "../../lib/infer/mod.ts";
import type { Moments } from "../../lib/statistics/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import type { Outcome } from "./reader.ts";

const lengths = { numWarmup: 1000, numSamples: 5000 };

/**
 * Draws a posterior by NUTS, and holds its moments against known ones: means within 4 of their
 * standard errors, and standard deviations within 5%, count as equal. Five seeds and the ranks of
 * chains are tests/infer/mcmc/posteriors.test.ts.
 *
 * @param known by the names that the rows of `summary` have
 */
export async function* againstMoments(
  model: (...args: any[]) => unknown,
  args: readonly unknown[],
  known: Readonly<Record<string, Moments>>,
): AsyncIterable<Outcome> {
  const mcmc = new MCMC(new NUTS(model), lengths);
  const table = summary(await mcmc.run(random.key(0), args, { progress: false }), { style: "arviz" });
  for (const [name, { mean, sd }] of Object.entries(known)) {
    const row = table.row(name), off = Math.abs(row.mean - mean), wide = Math.abs(row.std / sd - 1);
    const outcome = (what: string, float64: number) => ({
      case: `${what} of ${name}`,
      float32: 0,
      float64,
    });
    yield outcome("mean", off <= 4 * row.mcseMean! ? 0 : off / sd);
    yield outcome("standard deviation", wide <= 0.05 ? 0 : wide);
    yield outcome("R-hat", row.rHat! < 1.01 ? 0 : row.rHat! - 1);
  }
  await mcmc.release();
}
