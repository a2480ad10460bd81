import { scan, stopGradient } from "../../compile/mod.ts";
import { checkOptions } from "../../system/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * A kernel k between particles `[P, D]`: its values `gram`, `[P, P]`, and for each particle i its
 * `repulsion`, the sum over all j of the derivative of k(x_j, x_i) in x_j, `[P, D]`.
 */
export type SteinKernel = (particles: Tensor) => { readonly gram: Tensor; readonly repulsion: Tensor };

/** Returns the squared distances of particles, `[P, P]`. */
function distances(x: Tensor): Tensor {
  const squares = x.square().sum(1, true), products = tf.matMul(x, x, false, true);
  const all = squares.add(squares.transpose()).sub(products.mul(constant(2))).maximum(constant(0));
  // Exactly 0 of a particle to itself, whatever was rounded.
  return all.mul(tf.sub(1, tf.eye(x.shape[0])));
}

/** Returns the sum over j of slope_ij (x_j - x_i), for slopes of symmetric kernels. */
const pulled = (slopes: Tensor, x: Tensor): Tensor => tf.matMul(slopes, x).sub(x.mul(slopes.sum(1, true)));

/** The halvings of an interval, by which a median has float32's digits. */
const HALVINGS = 32;

/**
 * Returns the square of the median of distances, of all pairs, as NumPyro has it: by bisection,
 * which takes a number of operations in proportion to the pairs.
 */
function medianSquare(squares: Tensor): Tensor {
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

function fail(kernel: string, option: string, found: unknown, expected: string): never {
  throw new Error(`Cannot make ${kernel}: ${option} is ${found}, expected ${expected}`);
}

/**
 * Makes the radial kernel exp(-|x - y|^2 / h), as NumPyro's `RBFKernel` with mode "norm".
 *
 * @param options `bandwidth`: h (default: the squared median of the distances over the logarithm of
 * the number of particles, at each step; Liu and Wang 2016)
 * @throws Error unless the bandwidth is a number above 0.
 *
 * @example Two particles that push each other apart
 * ```ts
 * import { rbfKernel } from "@pyrosaur/pyrosaur/infer";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const { gram, repulsion } = rbfKernel({ bandwidth: 2 })(tf.tensor([[0], [1]]));
 * assert.ok(Math.abs(gram.dataSync()[1] - Math.exp(-0.5)) < 1e-6);
 * const [left, right] = repulsion.dataSync();
 * assert.ok(left < 0 && right > 0);
 * ```
 */
export function rbfKernel(options?: { bandwidth?: number }): SteinKernel {
  checkOptions("make rbfKernel", options, { bandwidth: true });
  const { bandwidth } = options ?? {};
  if (bandwidth !== undefined && !(bandwidth > 0 && bandwidth < Infinity)) {
    fail("rbfKernel", "bandwidth", bandwidth, "a number above 0");
  }
  return (x) => {
    const squares = distances(x), count = x.shape[0];
    const h = bandwidth !== undefined
      ? constant(bandwidth)
      : count === 1
      ? constant(1)
      : stopGradient(medianSquare(squares)).div(constant(Math.log(count))).add(constant(1e-5));
    const gram = squares.div(h).neg().exp();
    return { gram, repulsion: pulled(gram.mul(constant(-2)).div(h), x) };
  };
}

/**
 * Makes the inverse multiquadric kernel (c^2 + |x - y|^2)^e, as NumPyro's `IMQKernel` with mode
 * "norm": particles far away still count (Gorham and Mackey 2017).
 *
 * @param options `c` (default 1, above 0) and the exponent `e` (default -0.5, between -1 and 0)
 * @throws Error for others.
 */
export function imqKernel(options?: { c?: number; exponent?: number }): SteinKernel {
  checkOptions("make imqKernel", options, { c: true, exponent: true });
  const { c = 1, exponent = -0.5 } = options ?? {};
  if (!(c > 0 && c < Infinity)) fail("imqKernel", "c", c, "a number above 0");
  if (!(exponent > -1 && exponent < 0)) fail("imqKernel", "exponent", exponent, "a number between -1 and 0");
  return (x) => {
    const base = distances(x).add(constant(c * c)), gram = base.pow(constant(exponent));
    return { gram, repulsion: pulled(gram.div(base).mul(constant(2 * exponent)), x) };
  };
}

/** Makes the kernel x'y + 1, as NumPyro's `LinearKernel`: it gets means and variances right. */
export function linearKernel(): SteinKernel {
  return (x) => ({
    gram: tf.matMul(x, x, false, true).add(constant(1)),
    repulsion: x.mul(constant(x.shape[0])),
  });
}

/**
 * Adds kernels with weights, as NumPyro's `MixtureKernel`.
 *
 * @param kernels at least one
 * @param weights their weights, at least 0 (default: equal ones that sum to 1)
 * @throws Error for weights that are not as many, or below 0.
 */
export function mixtureKernel(kernels: readonly SteinKernel[], weights?: readonly number[]): SteinKernel {
  const own = weights ?? kernels.map(() => 1 / kernels.length);
  if (kernels.length === 0) fail("mixtureKernel", "the list of kernels", "empty", "at least one");
  if (own.length !== kernels.length || own.some((w) => !(w >= 0 && w < Infinity))) {
    fail("mixtureKernel", "weights", `[${own}]`, `${kernels.length} numbers of at least 0`);
  }
  return (x) => {
    const all = kernels.map((kernel) => kernel(x)),
      weigh = (part: "gram" | "repulsion") =>
        all.map((one, i) => one[part].mul(constant(own[i]))).reduce((a, b) => a.add(b));
    return { gram: weigh("gram"), repulsion: weigh("repulsion") };
  };
}
