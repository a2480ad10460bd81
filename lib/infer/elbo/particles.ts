import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { isTracing, scan } from "../../compile/mod.ts";
import {
  type AnyFunction,
  dryRun,
  firstAvailableDim,
  plate,
  type SampleSite,
  seed,
  trace,
} from "../../ppl/mod.ts";
import { constant, type Key, random, type Tensor, tf } from "../../tensor/mod.ts";
import { checkScansInPlates } from "../checks/scans.ts";
import { perMember } from "./log_weights.ts";
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

/** The names of the options. */
export const particleOptionNames: OptionNames<ParticleOptions> = {
  numParticles: true,
  vectorizeParticles: true,
};

/** Throws unless the number of particles is a positive integer. */
export function checkParticles(name: string, options: ParticleOptions): void {
  checkOptions(`make ${name}`, options, particleOptionNames);
  checkCount(name, options.numParticles ?? 1, 1);
}

/** Throws unless a number of particles is an integer of at least `least`. */
export function checkCount(name: string, numParticles: number, least: number): void {
  if (Number.isSafeInteger(numParticles) && numParticles >= least) return;
  const expected = least === 1 ? "a positive integer" : `an integer of at least ${least}`;
  throw new Error(`Cannot make ${name}: numParticles is ${shown(numParticles)}, expected ${expected}`);
}

/** The plate around vectorised particles. */
export const PARTICLES = "_particles";

/** Stacks the scalars that an estimate gives for each particle; particle i has `key.foldIn(i)`. */
export function eachParticle<T extends Record<string, Tensor>>(
  count: number,
  key: Key,
  one: (key: Key) => T,
): T {
  if (isTracing() && key instanceof random.ThreefryKey) {
    // A key with a value cannot be folded with the index of a traced loop.
    const all = Array.from({ length: count }, (_, i) => one(key.foldIn(i)));
    const stacked = Object.keys(all[0]).map((name) => [name, tf.stack(all.map((each) => each[name]))]);
    return Object.fromEntries(stacked) as T;
  }
  const step = (_carry: null, _x: null, k?: Key): [null, T] => [null, one(k!)];
  return scan(step, null, null, { length: count, key })[1];
}

/** Runs an estimate in a plate around guide and model, in which all particles are drawn at once. */
export function inParticles<T>(
  count: number,
  model: AnyFunction,
  guide: AnyFunction,
  args: readonly unknown[],
  estimate: () => T,
): T {
  const looks = [guide, model].map((fn) => dryRun((dry) => trace(seed(fn, dry)).get(...args)));
  checkScansInPlates("vectorise particles", "pass vectorizeParticles: false", looks[1], looks[0]);
  using _particles = plate(PARTICLES, count, { dim: firstAvailableDim(...looks) });
  return estimate();
}

/** Adds up log densities of sites for each particle that a run is of. */
export type Total = (sites: readonly SampleSite[]) => Tensor;

/**
 * Runs an estimate for each particle, in a loop or in a plate around guide and model, and returns
 * the numbers that it gives, `[K]` each.
 *
 * @param one makes scalars, or `[K]` within the plate, of one run by sums that `total` makes
 */
export function weighParticles<T extends Record<string, Tensor>>(
  { numParticles: count = 1, vectorizeParticles = false }: ParticleOptions,
  key: Key,
  model: AnyFunction,
  guide: AnyFunction,
  args: readonly unknown[],
  one: (key: Key, total: Total) => T,
): T {
  const totalBy = (sum: (site: SampleSite) => Tensor): Total => (sites) =>
    sites.filter(({ mask }) => mask !== false).map(sum).reduce((a, b) => a.add(b), constant(0));
  if (vectorizeParticles && count > 1) {
    const total = totalBy((site) => perMember(site.logProb, site, [PARTICLES]));
    return inParticles(count, model, guide, args, () => one(key, total));
  }
  return eachParticle(count, key, (k) => one(k, totalBy((site) => site.logProbSum)));
}

/** Averages an estimate over particles, in a loop or in a plate around guide and model. */
export function averageOver(
  { numParticles: count = 1, vectorizeParticles = false }: ParticleOptions,
  estimate: LossFunction,
): LossFunction {
  return (key, model, guide, args) => {
    if (count === 1) return estimate(key, model, guide, args);
    const total = vectorizeParticles
      ? inParticles(count, model, guide, args, () => estimate(key, model, guide, args))
      : eachParticle(count, key, (k) => ({ loss: estimate(k, model, guide, args) })).loss.sum();
    return total.mul(constant(1 / count));
  };
}
