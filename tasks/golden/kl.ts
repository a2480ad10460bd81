import { klDivergence } from "../../lib/distributions/mod.ts";
import { distributionByName } from "./distribution_by_name.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

/** `kl.json`: `family`, parameters `p` and `q`, `kl`. */
export default async function* divergences(file: GoldenFile): AsyncIterable<Outcome> {
  for (const [i, { family, p, q, kl }] of file.cases.entries()) {
    const make = distributionByName(family), name = `${family} #${i}`;
    if (!make) {
      yield { case: name, unsupported: family };
      continue;
    }
    const names = Object.keys(p), args = [...names.map((n) => array(p[n])), ...names.map((n) => array(q[n]))];
    const fn = (...x: Tensor[]) => {
      const of = (from: number) => make(Object.fromEntries(names.map((n, k) => [n, x[from + k]])));
      return { kl: klDivergence(of(0), of(names.length)) };
    };
    yield { case: name, ...await bothPrecisions(fn, args, { kl }) };
  }
}
