import { StudentT } from "../../distributions/mod.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import {
  asTensor,
  constant,
  formatShape,
  linalg,
  special,
  type Tensor,
  type TensorLike,
  tf,
} from "../../tensor/mod.ts";

/** The prior of a linear regression, conjugate to it. Options of `linearPosterior`. */
export interface LinearPriorOptions {
  /**
   * The precision of each coefficient's prior, N(0, noise variance / precision): a number, or one
   * for each, shape [inputs]. 0 is flat; as a penalty on squares it is that of ridge regression.
   */
  readonly precision?: TensorLike;
  /**
   * The first parameter of the noise variance's prior, InverseGamma(concentration, rate). Default
   * 0; with a flat prior of the p coefficients, -p / 2 gives least squares and their classical
   * intervals.
   */
  readonly concentration?: TensorLike;
  /** The second one (default 0). */
  readonly rate?: TensorLike;
}

const optionNames: OptionNames<LinearPriorOptions> = { precision: true, concentration: true, rate: true };

/** The posterior of a linear regression: normal and inverse gamma. */
export interface LinearPosterior {
  /** The mean of the coefficients, [inputs]. */
  readonly loc: Tensor;
  /** The lower triangular factor of their precision, times the noise variance: [inputs, inputs]. */
  readonly factor: Tensor;
  /** The first parameter of the noise variance's inverse gamma distribution, a scalar. */
  readonly concentration: Tensor;
  /** The second one. */
  readonly rate: Tensor;
  /**
   * The logarithm of the evidence, for comparing precisions: of proper priors up to a term that
   * does not depend on them, of flat ones (precision 0) without meaning.
   */
  readonly logEvidence: Tensor;
}

function fail(why: string): never {
  throw new Error(`Cannot regress: ${why}`);
}

/** Throws unless inputs are rows of numbers and there is one target a row. */
function checkData(x: Tensor, y: Tensor): void {
  if (x.rank !== 2) fail(`the inputs have shape ${formatShape(x.shape)}, expected [n, inputs]`);
  if (y.rank !== 1 || y.shape[0] !== x.shape[0]) {
    fail(
      `the targets have shape ${formatShape(y.shape)}, expected [${x.shape[0]}], one for each row of inputs`,
    );
  }
}

/** Returns the precisions of the prior, one a coefficient. */
function precisionsOf(precision: TensorLike, inputs: number): Tensor {
  const given = asTensor(precision);
  if (given.rank === 0) return given.add(tf.zeros([inputs]));
  if (given.rank === 1 && given.shape[0] === inputs) return given;
  return fail(`the precision has shape ${formatShape(given.shape)}, expected a number or [${inputs}]`);
}

const column = (vector: Tensor): Tensor => vector.expandDims(1);

/**
 * Computes the posterior of a linear regression y = x w + noise in closed form, with the conjugate
 * prior (Bishop 2006, 3.3; Murphy 2012, 7.6). A column of ones is the intercept's: `withIntercept`.
 * Differentiable and traced as any function of tensors; compile it with `dtype: "float64"`, as the
 * squares of inputs lose digits in float32. Least squares, ridge regression and the mean alone are
 * special cases.
 *
 * @param x the inputs, [n, inputs]
 * @param y the targets, [n]
 * @throws Error where shapes do not fit. Where the precision of the posterior is not positive
 * definite (a flat prior, and inputs that depend on each other), a graph gives NaN.
 *
 * @example Least squares, and a prediction
 * ```ts
 * import { linearPosterior, linearPredictive, withIntercept } from "@pyrosaur/pyrosaur/models";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const x = withIntercept(tf.tensor([[0], [1], [2], [3]])), y = tf.tensor([1, 3, 5.5, 6.5]);
 * const posterior = linearPosterior(x, y, { precision: 0, concentration: -1 });
 * const [intercept, slope] = posterior.loc.dataSync();
 * assert.ok(Math.abs(intercept - 1.15) < 1e-4 && Math.abs(slope - 1.9) < 1e-4);
 * const { df, loc } = linearPredictive(posterior, tf.tensor([[1, 4]]));
 * assert.ok(df.dataSync()[0] === 2 && Math.abs(loc.dataSync()[0] - 8.75) < 1e-4);
 * ```
 */
export function linearPosterior(x: Tensor, y: Tensor, options: LinearPriorOptions = {}): LinearPosterior {
  checkOptions("regress", options, optionNames);
  checkData(x, y);
  const { precision = 1, concentration = 0, rate = 0 } = options, half = constant(0.5);
  const prior = precisionsOf(precision, x.shape[1]);
  const factor = linalg.cholesky(x.matMul(x, true, false).add(linalg.diagEmbed(prior)));
  const forward = linalg.triangularSolve(factor, x.matMul(column(y), true, false));
  const loc = linalg.triangularSolve(factor, forward, { transpose: true }).reshape([x.shape[1]]);
  const residuals = y.sub(x.matMul(column(loc)).reshape([-1]));
  const squares = residuals.square().sum().add(prior.mul(loc.square()).sum());
  const a = asTensor(concentration).add(tf.onesLike(y).sum().mul(half)),
    b = asTensor(rate).add(squares.mul(half));
  const isProper = prior.greater(constant(0)), known = tf.where(isProper, prior, constant(1));
  const volume = known.log().sum().mul(half).sub(linalg.logDetTriangular(factor));
  return {
    loc,
    factor,
    concentration: a,
    rate: b,
    logEvidence: volume.add(special.lgamma(a)).sub(a.mul(b.log())),
  };
}

/**
 * Returns the predictive distribution of a linear regression: Student's t, independent for each row
 * of inputs.
 *
 * @param x the inputs, [n, inputs]
 */
export function linearPredictive({ loc, factor, concentration, rate }: LinearPosterior, x: Tensor): StudentT {
  const spread = linalg.triangularSolve(factor, x.transpose()).square().sum(0);
  const scale = spread.add(constant(1)).mul(rate.div(concentration)).sqrt();
  return new StudentT(concentration.mul(constant(2)), x.matMul(column(loc)).reshape([-1]), scale);
}

/** Puts a column of ones, the intercept's, before the inputs [n, inputs]. */
export function withIntercept(x: Tensor): Tensor {
  return tf.concat([tf.onesLike(x.slice([0, 0], [-1, 1])), x], 1);
}
