import { resolveDataset } from "../../lib/data/mod.ts";
import { ruggedRegression } from "../../lib/models/mod.ts";
import { logDensity } from "../../lib/ppl/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { countriesOf, tensorsOf } from "../../experiments/rugged/notebook.ts";
import { againstMoments } from "./moments.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

/**
 * `rugged_posterior.json`: two log joints of the regression, and its moments, by NUTS. Needs the
 * real data.
 */
export default async function* posterior(file: GoldenFile): AsyncIterable<Outcome> {
  let data;
  try {
    data = countriesOf((await resolveDataset("rugged", { data: "real" })).value);
  } catch {
    yield { case: "log_joint", unsupported: "log_joint (its data set is not on this machine)" };
    return;
  }
  for (const { at, value } of file.log_joint) {
    const fn = (isAfrica: Tensor, ruggedness: Tensor, logGdp: Tensor, ...site: Tensor[]) => ({
      logJoint: logDensity(
        ruggedRegression,
        [isAfrica, ruggedness, logGdp],
        Object.fromEntries((file.names as string[]).map((n, i) => [n, site[i]])),
      ).logDensity,
    });
    const inputs = [data.isAfrica, data.ruggedness, data.logGdp, ...at].map((x) =>
      array(typeof x === "number" ? x : [...x])
    );
    yield { case: `log_joint at ${at}`, ...await bothPrecisions(fn, inputs, { logJoint: value }) };
  }
  const [names, means, sds] = [file.names as string[], file.mean as number[], file.sd as number[]];
  const known = Object.fromEntries(names.map((name, i) => [name, { mean: means[i], sd: sds[i] }]));
  yield* againstMoments(ruggedRegression, tensorsOf(data), known);
}
