import { type ColumnTable, from } from "arquero";
import type { Reporting } from "@pyrosaur/pyrosaur/results";
import type { Moments } from "@pyrosaur/pyrosaur/statistics";
import { errorsOf, type Findings, largestRHat, leastEss } from "./chains.ts";
import type { Targets } from "./part.ts";

/** Numbers that are known, by the names of their rows. */
export type KnownNumbers = Readonly<Record<string, Moments>>;

/** Reports the findings on a run, with each seed, and its errors where the numbers are known. */
export function reportChains(
  ctx: Reporting,
  path: string,
  all: readonly Findings[],
  known?: KnownNumbers,
): void {
  const worst = (values: readonly number[]) => Math.max(...values);
  ctx.metric(`${path}/divergences`, all.map(({ divergences }) => divergences), { direction: "lower" });
  ctx.metric(`${path}/ess`, all.map(leastEss), { direction: "higher" });
  ctx.metric(`${path}/gradients`, all.map(({ gradients }) => gradients), { direction: "lower" });
  ctx.metric(`${path}/r_hat`, worst(all.map(largestRHat)), { direction: "lower", n: all.length });
  ctx.metric(`${path}/bfmi`, Math.min(...all.map(({ bfmi }) => bfmi)), {
    direction: "higher",
    n: all.length,
  });
  if (!known) return;
  const errors = all.map((findings) => errorsOf(findings, known)), n = all.length;
  ctx.metric(`${path}/mean_error`, worst(errors.map(({ mean }) => mean)), { direction: "lower", n });
  ctx.metric(`${path}/sd_error`, worst(errors.map(({ sd }) => sd)), { direction: "lower", n });
}

/** R-hat of chains that agree. */
export const converged = (path: string): Targets => ({
  [`${path}/r_hat`]: {
    value: 1,
    tolerance: 0.01,
    source: "chains agree below 1.01 (Vehtari and others 2021)",
  },
});

/** Chains that agree, and meet what is known: means within 4 standard errors, spreads within 5%. */
export const agrees = (path: string, origin: string): Targets => ({
  ...converged(path),
  [`${path}/mean_error`]: {
    value: 0,
    tolerance: 4,
    source: `the largest error of a mean in its standard errors, against ${origin}`,
  },
  [`${path}/sd_error`]: {
    value: 0,
    tolerance: 0.05,
    source: `the largest relative error of a standard deviation, against ${origin}`,
  },
});

/** The summaries of several runs below each other. */
export function summaryTable(runs: Readonly<Record<string, Findings>>): ColumnTable {
  const count = (x: number | undefined) => x!.toFixed(0), value = (x: number | undefined) => x!.toFixed(3);
  return from(
    Object.entries(runs).flatMap(([run, { rows }]) =>
      rows.map(({ name, mean, std, low, high, essBulk, essTail, rHat }) => ({
        run,
        name,
        mean: value(mean),
        sd: value(std),
        eti89_lb: value(low),
        eti89_ub: value(high),
        ess_bulk: count(essBulk),
        ess_tail: count(essTail),
        r_hat: value(rHat),
      }))
    ),
  );
}
