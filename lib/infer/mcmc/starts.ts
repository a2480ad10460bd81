import { eagerly } from "../../compile/internals.ts";
import { allFinite } from "../../statistics/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { isHostArray, mapTree, type random, tidily, toTensor } from "../../tensor/mod.ts";
import { firstNonFinite } from "../diagnostics/first_non_finite.ts";
import { potential, prototypeOf } from "../latent/mod.ts";
import type { ModelPotential } from "./model_potential.ts";

/** The most first vectors that are tried for a chain, as in NumPyro. */
const TRIES = 100;

/**
 * Returns a first vector of a chain, at which the density and its gradient are finite.
 *
 * @param key the key of the chain
 * @throws (rejects) Error that names the site that is not finite, after 100 tries.
 */
export async function findStart(
  posterior: ModelPotential,
  key: random.ThreefryKey,
  model: AnyFunction,
  args: readonly unknown[],
  user: string,
): Promise<Float64Array> {
  const forStart = key.foldIn(4);
  const { position, gradient, energy, evaluate } = posterior.bind(args);
  let vector!: Float64Array;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    vector = await posterior.first(forStart.foldIn(attempt), args);
    position.set(vector);
    await evaluate();
    if (allFinite(energy) && allFinite(gradient)) return vector;
  }
  const found = eagerly("cpu", () =>
    tidily(() => {
      const given = mapTree([...args], isHostArray, toTensor) as unknown[];
      return firstNonFinite(
        [model],
        (watched) =>
          void potential(
            watched,
            given,
            prototypeOf(model, given, user),
            toTensor({ data: vector, shape: [vector.length] }),
          ),
        given,
      );
    }));
  const what = found?.what ?? "the gradient of the density is not finite";
  throw new Error(
    `Cannot start ${user}: ${TRIES} first values have no finite density; at the last one ${what}; ` +
      `${found?.remedy ?? "start elsewhere, with the option initStrategy, such as initToMedian()"}`,
  );
}
