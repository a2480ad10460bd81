import { initToUniform } from "../../lib/infer/mod.ts";
import { ModelPotential } from "../../lib/infer/mcmc/model_potential.ts";
import type { HostArray } from "../../lib/tensor/mod.ts";
import type { Model } from "./models.ts";

/** Rounds, and the milliseconds of each. */
const ROUNDS = 25, ROUND = 20;

/**
 * Returns the microseconds of the potential of a model with its gradient at one place: the mean of
 * the fastest round.
 */
export async function gradientTime(model: Model, data: readonly HostArray[]): Promise<number> {
  const posterior = new ModelPotential(model, "nuts", initToUniform(), {});
  await posterior.prepare(data);
  const { evaluate, position } = posterior.bind(data), times: number[] = [];
  position.fill(0.1);
  let count = 0;
  for (const begin = performance.now(); performance.now() - begin < ROUND; count++) await evaluate();
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    for (let i = 0; i < count; i++) {
      const waiting = evaluate();
      if (waiting) await waiting;
    }
    times.push(1000 * (performance.now() - begin) / count);
  }
  await posterior.release();
  return Math.min(...times);
}
