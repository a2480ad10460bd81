import { scan } from "../../../compile/mod.ts";
import type { Constraint } from "../../../distributions/mod.ts";
import { constant, type Tensor, tf } from "../../../tensor/mod.ts";

/** The columns of a parameter in particles. */
export interface ParticlePart {
  /** The first column. */
  readonly begin: number;
  /** The first column after it. */
  readonly end: number;
  /** The set of the parameter's values: particles have the unconstrained numbers behind them. */
  readonly constraint: Constraint;
}

/** The parameters that particles are made of, by name. */
export type ParticleParts = ReadonlyMap<string, ParticlePart>;

/** A kernel k at particles x `[P, D]`. */
export interface SteinField {
  /** Returns for each particle i the sum over all j of k(x_j, x_i) times row j: `[P, D]`. */
  readonly smooth: (rows: Tensor) => Tensor;
  /** For each particle i the sum over all j of the derivative of k(x_j, x_i) in x_j: `[P, D]`. */
  readonly repulsion: Tensor;
}

/** A kernel between particles `[P, D]`: makes the sums over particles that move them. */
export type SteinKernel = (particles: Tensor, parts: ParticleParts) => SteinField;

/** Returns the squared distances of particles, `[P, P]`. */
export function squaredDistances(x: Tensor): Tensor {
  const squares = x.square().sum(1, true), products = tf.matMul(x, x, false, true);
  const all = squares.add(squares.transpose()).sub(products.mul(constant(2))).maximum(constant(0));
  // Exactly 0 of a particle to itself, whatever was rounded.
  return all.mul(tf.sub(1, tf.eye(x.shape[0])));
}

/** The halvings of an interval, by which a median has float32's digits. */
const HALVINGS = 32;

/**
 * Returns the square of the median of distances, of all pairs, as NumPyro has it: by bisection,
 * which takes a number of operations in proportion to the pairs.
 */
export function medianSquare(squares: Tensor): Tensor {
  const count = squares.size, all = squares.reshape([1, count]), half = Math.floor(count / 2);
  const ranks = tf.tensor2d(count % 2 === 1 ? [[half + 1]] : [[half], [half + 1]]);
  const halve = ([low, high]: [Tensor, Tensor]): [[Tensor, Tensor], null] => {
    const middle = low.add(high).mul(constant(0.5));
    const isAbove = all.lessEqual(middle).cast("float32").sum(1, true).greaterEqual(ranks);
    return [[tf.where(isAbove, low, middle), tf.where(isAbove, middle, high)], null];
  };
  const ends = all.max().add(tf.zerosLike(ranks));
  const [[, found]] = scan(halve, [tf.zerosLike(ends), ends] as [Tensor, Tensor], null, { length: HALVINGS });
  return found.sqrt().mean().square();
}

/** Throws for an option that cannot be. */
export function fail(kernel: string, option: string, found: unknown, expected: string): never {
  throw new Error(`Cannot make ${kernel}: ${option} is ${found}, expected ${expected}`);
}

/** Returns a bandwidth, or throws. */
export function checkBandwidth(kernel: string, bandwidth: number | undefined): number | undefined {
  if (bandwidth === undefined || (bandwidth > 0 && bandwidth < Infinity)) return bandwidth;
  return fail(kernel, "bandwidth", bandwidth, "a number above 0");
}
