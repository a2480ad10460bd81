import { nonCentred, schools } from "../../experiments/mcmc/notebook.ts";
import type { Moments } from "../../lib/statistics/mod.ts";
import { againstMoments } from "./moments.ts";
import type { GoldenFile, Outcome } from "./reader.ts";

/** `eight_schools.json`: the posterior's means and standard deviations, by NUTS. */
export default async function* eightSchools({ posterior }: GoldenFile): AsyncIterable<Outcome> {
  const { mu, tau, theta_base: { mean, sd } } = posterior;
  const known: Record<string, Moments> = { mu, tau };
  (mean as number[]).forEach((own, i) => known[`theta_decentered[${i}]`] = { mean: own, sd: sd[i] });
  yield* againstMoments(nonCentred, schools(), known);
}
