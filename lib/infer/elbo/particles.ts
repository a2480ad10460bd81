import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { isTracing, scan } from "../../compile/mod.ts";
import { dryRun, firstAvailableDim, plate, seed, trace } from "../../ppl/mod.ts";
import { constant, type Key, random, type Tensor, tf } from "../../tensor/mod.ts";
import { checkScansInPlates } from "../checks/scans.ts";
import type { LossFunction } from "./loss.ts";

/** The particles that an expectation is estimated from. */
export interface ParticleOptions {
  /** The number of samples that are averaged (default 1). */
  numParticles?: number;
  /**
   * True for all samples in one run of guide and model, in a plate around them (default
   * false: one run after the other, as a loop). Needs models whose operations broadcast over batch
   * axes on the left.
   */
  vectorizeParticles?: boolean;
}

const optionNames: OptionNames<ParticleOptions> = { numParticles: true, vectorizeParticles: true };

/** Throws unless the number of particles is a positive integer. */
export function checkParticles(name: string, options: ParticleOptions): void {
  checkOptions(`make ${name}`, options, optionNames);
  const { numParticles = 1 } = options;
  if (Number.isSafeInteger(numParticles) && numParticles > 0) return;
  throw new Error(`Cannot make ${name}: numParticles is ${numParticles}, expected a positive integer`);
}

/** Averages an estimate over particles; particle i is given `key.foldIn(i)`. */
function meanOver(count: number, key: Key, one: (key: Key) => Tensor): Tensor {
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

/** Averages an estimate over particles, in a loop or in a plate around guide and model. */
export function averageOver(
  { numParticles = 1, vectorizeParticles = false }: ParticleOptions,
  estimate: LossFunction,
): LossFunction {
  return (key, model, guide, args) => {
    if (numParticles === 1 || !vectorizeParticles) {
      return meanOver(numParticles, key, (k) => estimate(k, model, guide, args));
    }
    const looks = [guide, model].map((fn) => dryRun((dry) => trace(seed(fn, dry)).get(...args)));
    checkScansInPlates("vectorise particles", "pass vectorizeParticles: false", looks[1], looks[0]);
    using _particles = plate("_particles", numParticles, { dim: firstAvailableDim(...looks) });
    return estimate(key, model, guide, args).mul(constant(1 / numParticles));
  };
}
