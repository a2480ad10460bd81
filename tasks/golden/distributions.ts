import { reasonOf } from "../../lib/system/mod.ts";
import { distributionByName } from "./distribution_by_name.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

const statistics = ["mean", "variance", "entropy"] as const;

/** Relative errors of torch's own: its Bessel functions are approximations for float32. */
const torchErrors: Readonly<Record<string, number>> = { VonMises: 1.2e-7 };

/** Statistics that NumPyro has wrong: this one differs from SciPy's, and from that of draws. */
const wrong: Readonly<Record<string, string>> = { InverseWishart: "variance" };

/** Parameters that are numbers of the family itself, no inputs. */
const sizes = ["total_count", "event_dim", "dim", "dimension", "num_steps", "event_shape"];

/**
 * `distributions.json`, and NumPyro's beside it: log densities of values, and the statistics that
 * exist.
 */
export default async function* distributions(file: GoldenFile): AsyncIterable<Outcome> {
  for (const [i, { distribution: family, params, value, log_prob, ...rest }] of file.cases.entries()) {
    const make = distributionByName(family), name = `${family} #${i}`;
    if (!make) {
      yield { case: name, unsupported: family };
      continue;
    }
    const names = Object.keys(params).filter((n) => !sizes.includes(n) && typeof params[n] !== "string"),
      given = statistics.filter((s) => s in rest && wrong[family] !== s);
    const fn = (x: Tensor, ...parameters: Tensor[]) => {
      const d = make({ ...params, ...Object.fromEntries(names.map((n, k) => [n, parameters[k]])) });
      const results: Record<string, Tensor> = { log_prob: d.logProb(x) };
      for (const s of given) results[s] = s === "entropy" ? d.entropy() : d[s];
      return results;
    };
    const expected = Object.fromEntries([["log_prob", log_prob], ...given.map((s) => [s, rest[s]])]);
    try {
      const found = await bothPrecisions(fn, [array(value), ...names.map((n) => array(params[n]))], expected);
      const own = file.origin.startsWith("torch") ? torchErrors[family] ?? 0 : 0;
      yield { case: name, ...found, float64: Math.max(0, found.float64 - own) };
    } catch (error) {
      yield {
        case: `${name}: ${reasonOf(error)}`,
        float32: Infinity,
        float64: Infinity,
      };
    }
  }
}
