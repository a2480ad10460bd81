import { emptyRecord, ownValue } from "../../system/mod.ts";
import { compile, scan } from "../../compile/mod.ts";
import {
  type AnyFunction,
  checkArguments,
  configEnumerate,
  dryRun,
  firstAvailableDim,
} from "../../ppl/mod.ts";
import { isolated, logDensity, seed, substitute, trace } from "../../ppl/mod.ts";
import { type HostArray, isTensor, random, type Tensor, toHostArray } from "../../tensor/mod.ts";
import { checkDraws } from "../checks/draws.ts";
import { enumLogDensity, observedLogProbs } from "../enum/mod.ts";
import { hostArguments } from "../stepping/mod.ts";

/**
 * Computes the log likelihood of each observation at each draw, as NumPyro's `log_likelihood`: for
 * `loo`, `waic` and `looPit`. Discrete sites without draws are summed out, as in MCMC, where
 * observations are independent without them too: the memberships of a mixture.
 *
 * @param model the model, whose observed sites are scored
 * @param samples values of all its latent sites by name, draws first, as `MCMCResult.samples`
 * @param args the arguments of the model, with the data (default none)
 * @returns `[draws, ...batch shape of the site]` of each observed site by name, in float64
 *
 * Throws (rejects) where latent sites have no values and cannot be summed out, and where their
 * numbers of draws differ.
 *
 * @example Two draws of a mean, three observations
 * ```ts
 * import { logLikelihood, Normal, sample, type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const mean = () => sample("mean", new Normal(0, 1));
 * const model = (y: Tensor) => void sample("y", new Normal(mean(), 1), { obs: y });
 * const { y } = await logLikelihood(model, { mean: tf.tensor([0, 1]) }, [tf.tensor([0, 1, 2])]);
 * assert.deepEqual(y.shape, [2, 3]);
 * assert.ok(Math.abs(y.data[0] + Math.log(2 * Math.PI) / 2) < 1e-9);
 * ```
 */
export async function logLikelihood(
  model: AnyFunction,
  samples: Readonly<Record<string, HostArray | Tensor>>,
  args: readonly unknown[] = [],
): Promise<Record<string, HostArray>> {
  checkArguments("compute the log likelihood", args);
  const arrays = Object.fromEntries(
    Object.entries(samples).map(([name, value]) => [name, isTensor(value) ? toHostArray(value) : value]),
  );
  const counts = new Set(Object.values(arrays).map(({ shape }) => shape[0]));
  if (counts.size !== 1) {
    throw new Error(
      `Cannot compute the log likelihood: the sites have ${
        [...counts].join(" and ") || "no"
      } draws, expected ` +
        "one number of them, along the first axis",
    );
  }
  const axes = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [name, ["draws", ...shape.slice(1).map(() => null)]]),
  );
  const summed = configEnumerate(model);
  const one = (draw: Record<string, Tensor>, given: readonly unknown[]) => {
    const at = substitute(summed, { fn: ({ name }) => ownValue(draw, name) });
    const look = dryRun((key) => trace(seed(at, key)).get(...given));
    checkDraws("compute the log likelihood", look, Object.keys(draw));
    const values = Object.fromEntries(Object.entries(draw).filter(([name]) => look.sites.has(name)));
    const open = look.stochasticSites.filter(({ name }) => !Object.hasOwn(values, name));
    const missing = open.find(({ infer }) => infer.enumerate !== "parallel");
    if (missing) {
      const names = Object.keys(values).map((name) => `"${name}"`).join(", ");
      throw new Error(
        `Cannot compute the log likelihood: latent site "${missing.name}" has no draws, only ${names} have`,
      );
    }
    const seeded = seed(summed, random.key(0)), options = { firstAvailableDim: firstAvailableDim(look) };
    if (open.length > 0) {
      return observedLogProbs(isolated(() => enumLogDensity(seeded, [...given], values, options)).trace);
    }
    const { trace: run } = isolated(() => logDensity(seeded, [...given], values)),
      found = emptyRecord<Tensor>();
    for (const site of run.sampleSites) if (site.isObserved) found[site.name] = site.logProb;
    return found;
  };
  const all = compile<AnyFunction>(
    (values: Record<string, Tensor>, given: unknown[]) =>
      scan((carry: unknown, own: Record<string, Tensor>) => [carry, one(own, given)], [], values)[1],
    { engine: "js", dtype: "float64", axes: [axes, null] },
  );
  try {
    return await all.arrays(arrays, hostArguments(args));
  } finally {
    await all.release();
  }
}
