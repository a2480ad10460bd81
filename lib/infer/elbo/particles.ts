import { isTracing, scan } from "../../compile/mod.ts";
import { type AnyFunction, dryRun, maxPlateNesting, plate, seed, trace } from "../../ppl/mod.ts";
import { constant, type Key, random, type Tensor, tf } from "../../tensor/mod.ts";
import type { LossFunction } from "./loss.ts";

/** How an expectation is estimated. */
export interface ParticleOptions {
  /** How many samples it is averaged over (default 1). */
  numParticles?: number;
  /**
   * Whether all samples are drawn in one run of guide and model, in a plate around them (default
   * false: one run after the other, as a loop). Needs models whose operations broadcast over batch
   * axes on the left.
   */
  vectorizeParticles?: boolean;
}

/** Throws unless the number of particles is a positive integer. */
export function checkParticles(name: string, { numParticles = 1 }: ParticleOptions): void {
  if (Number.isSafeInteger(numParticles) && numParticles > 0) return;
  throw new Error(`Cannot make ${name}: numParticles is ${numParticles}, expected a positive integer`);
}

/** The mean of an estimate over particles; particle i is given `key.foldIn(i)`. */
export function meanOver(count: number, key: Key, one: (key: Key) => Tensor): Tensor {
  if (count === 1) return one(key);
  if (isTracing() && key instanceof random.ThreefryKey) {
    // A key with a value cannot be folded with the index of a traced loop.
    const terms = Array.from({ length: count }, (_, i) => one(key.foldIn(i)));
    return terms.reduce((a, b) => a.add(b)).mul(constant(1 / count));
  }
  const [, values] = scan(
    (_carry: null, _x: null, k?: Key): [null, Tensor] => [null, one(k!)],
    null,
    null,
    { length: count, key },
  );
  return tf.sum(values).mul(constant(1 / count));
}

/** The largest number of batch axes that plates of the guide or the model take. */
function nestingOf(model: AnyFunction, guide: AnyFunction, args: readonly unknown[]): number {
  const nesting = (fn: AnyFunction) => dryRun((key) => maxPlateNesting(trace(seed(fn, key)).get(...args)));
  return Math.max(nesting(guide), nesting(model));
}

/** The name of the plate around vectorised particles. */
export const PARTICLES = "_particles";

/** Runs `body` within a plate left of all others. */
export function inPlate<T>(name: string, size: number, nesting: number, body: () => T): T {
  using _plate = plate(name, size, { dim: -nesting - 1 });
  return body();
}

/** The mean of an estimate over particles, one after the other or in a plate around guide and model, as the options say. */
export function averageOver(
  { numParticles = 1, vectorizeParticles = false }: ParticleOptions,
  estimate: LossFunction,
): LossFunction {
  return (key, model, guide, args) => {
    if (numParticles === 1 || !vectorizeParticles) {
      return meanOver(numParticles, key, (k) => estimate(k, model, guide, args));
    }
    const nesting = nestingOf(model, guide, args);
    return inPlate(PARTICLES, numParticles, nesting, () => estimate(key, model, guide, args))
      .mul(constant(1 / numParticles));
  };
}
