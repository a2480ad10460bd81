import { compile } from "../../lib/compile/mod.ts";
import { Categorical } from "../../lib/distributions/mod.ts";
import { enumLogDensity, inferDiscrete } from "../../lib/infer/mod.ts";
import { configEnumerate, sample, scan, trace, vindex } from "../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

/** A hidden Markov model of symbols: the first state before the loop, the others in it. */
const chain = configEnumerate(
  (initial: Tensor, transition: Tensor, emission: Tensor, observed: Tensor) => {
    const symbols = observed.cast("int32"), first = symbols.slice([0], [1]).squeeze([0]);
    const row = (table: Tensor, state: Tensor) => new Categorical({ probs: vindex(table, [state, null]) });
    const start = sample("z0", new Categorical({ probs: initial }));
    sample("y0", row(emission, start), { obs: first });
    scan(
      (before: Tensor, y: Tensor): [Tensor, null] => {
        const state = sample("z", row(transition, before));
        sample("y", row(emission, state), { obs: y });
        return [state, null];
      },
      start,
      symbols.slice([1]),
    );
  },
);

/** `hmm.json`: log likelihoods by the forward algorithm, and most probable paths. */
export default async function* markov({ cases }: GoldenFile): AsyncIterable<Outcome> {
  for (const { log_likelihood, most_likely_path: path, ...given } of cases) {
    const args = ["initial", "transition", "emission", "observed"].map((name) => array(given[name]));
    const name = `${given.initial.length} states, ${given.observed.length} steps`;
    const likelihood = (...tensors: [Tensor, Tensor, Tensor, Tensor]) => ({
      logLikelihood: enumLogDensity(chain, tensors, {}).logDensity,
    });
    yield {
      case: `${name}, log likelihood`,
      ...await bothPrecisions(likelihood as never, args, { logLikelihood: log_likelihood }),
    };
    if (path === null) continue;
    const decode = (...tensors: [Tensor, Tensor, Tensor, Tensor]) => {
      const run = trace(inferDiscrete(chain, { temperature: 0 })).get(...tensors);
      return tf.concat([run.value("z0").reshape([1]), run.value("z")]);
    };
    const errors = [];
    for (const dtype of ["float32", "float64"] as const) {
      const compiled = compile(decode, { dtype });
      const { data } = await compiled.arrays(...args);
      errors.push((path as number[]).every((state, t) => data[t] === state) ? 0 : Infinity);
      await compiled.release();
    }
    yield { case: `${name}, most likely path`, float32: errors[0], float64: errors[1] };
  }
}
