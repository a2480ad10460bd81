import { reasonOf } from "../../lib/system/mod.ts";
import { optimiserByName } from "./optimiser_by_name.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";
import { bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

/** The `rule` of files whose values are computed here. */
const RULE =
  "parameter [2,3] starts at sin(i + 1); the gradient of step k (from 0) is s * sin(i + 11 + k), " +
  "s = 15 where k % 3 == 2 else 2; 'after' is the parameter after each step";

const SHAPE = [2, 3], SIZE = 6;

const filled = (value: (i: number) => number): HostArray => ({
  data: Float64Array.from({ length: SIZE }, (_, i) => value(i)),
  shape: SHAPE,
});

/**
 * `optim.json`: `optimiser` with its settings, and `after`, the parameter after each step of the
 * file's `rule`.
 */
export default async function* optimisers(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { optimiser: line, after } of file.cases) {
    if (file.rule !== RULE) {
      yield { case: line, unsupported: `${line} by the rule "${file.rule}"` };
      continue;
    }
    let optimiser;
    try {
      optimiser = optimiserByName(line);
    } catch (error) {
      yield { case: line, unsupported: `${line} (${reasonOf(error)})` };
      continue;
    }
    const steps = after as unknown[];
    const gradients = steps.map((_, k) => filled((i) => (k % 3 === 2 ? 15 : 2) * Math.sin(i + 11 + k)));
    const train = (start: Tensor, ...grads: Tensor[]) => {
      let params = { p: start }, state = optimiser.init(params);
      return Object.fromEntries(grads.map((g, k) => {
        [params, state] = optimiser.update({ p: g }, state, params);
        return [`step ${k}`, params.p];
      }));
    };
    const expected = Object.fromEntries(steps.map((values, k) => [`step ${k}`, values]));
    yield {
      case: line,
      ...await bothPrecisions(train, [filled((i) => Math.sin(i + 1)), ...gradients], expected),
    };
  }
}
