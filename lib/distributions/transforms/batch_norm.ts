import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { asTensor, constant, primitive, sizeOf, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { type Constraint, real } from "../constraints/mod.ts";
import { Flow } from "./flow.ts";
import { unfit } from "./transform.ts";
import { fitVectors } from "./util/fit_vectors.ts";

/** The parameters of a batch normalisation of D variables, each [D]. */
export interface BatchNormParams {
  /** The scale of x; negative ones count as 0, to which 1e-6 is added. */
  readonly gamma: TensorLike;
  /** The mean of x. */
  readonly beta: TensorLike;
  /** The running mean of y. */
  readonly movingMean: TensorLike;
  /** The running variance of y. */
  readonly movingVariance: TensorLike;
}

/** Options of `BatchNorm`. */
export interface BatchNormOptions {
  /**
   * True to normalise by the moments of each batch of y, and to learn the running ones (default
   * false).
   */
  training?: boolean;
  /** An addend of variances (default 1e-5). */
  epsilon?: number;
}

const optionNames: OptionNames<BatchNormOptions> = { training: true, epsilon: true };

/**
 * Its first argument, whatever the loss gives for it; the running value's derivative is its lag.
 */
const lagging = primitive({
  name: "lagging",
  forward: (x) => x.clone(),
  vjp: (cotangent, _result, _x, running, current) => [cotangent, running.sub(current), undefined],
});

/**
 * Batch normalisation between flows (Dinh et al. 2017), as Pyro's `BatchNorm`: element by element x
 * = gamma (y - mean) / sqrt(variance + epsilon) + beta is its inverse. At rest, mean and variance
 * are the running ones. In training, a y that the transform did not make is normalised by the
 * moments of its batch (all axes but the last), and forward is not the inverse of that.
 *
 * The running moments are parameters. No loss depends on them in training; their derivative is set
 * to what they are away from the batch's, so that an optimiser moves them there: `sgd({ lr: 0.1 })`
 * makes of them Pyro's running averages of momentum 0.1 to the digit, any other an average of its
 * own (`perParameter` gives each parameter its optimiser).
 *
 * @example At rest
 * ```ts
 * import { BatchNorm } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const moments = { movingMean: [1, 2], movingVariance: [4, 9] };
 * const norm = new BatchNorm({ gamma: [1, 1], beta: [0, 0], ...moments }, { epsilon: 0 });
 * const x = norm.inverse(tf.tensor([3, -1]));
 * assert.deepEqual([...x.dataSync()].map((v) => Math.round(v * 1e3) / 1e3), [1, -1]);
 * ```
 */
export class BatchNorm extends Flow {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = real;
  readonly #training: boolean;
  readonly #epsilon: number;
  readonly #tensors: Readonly<Record<keyof BatchNormParams, Tensor>>;

  /**
   * Makes the transform from its parameters.
   * @throws Error for parameters that are no vectors of one size, and a negative epsilon.
   */
  constructor(readonly params: BatchNormParams, options?: BatchNormOptions) {
    super();
    checkOptions("make BatchNorm", options, optionNames);
    const { training = false, epsilon = 1e-5 } = options ?? {};
    if (!(epsilon >= 0 && epsilon < Infinity)) {
      throw new Error(`Cannot make BatchNorm: epsilon is ${epsilon}, expected a number that is not negative`);
    }
    this.#training = training;
    this.#epsilon = epsilon;
    const [gamma, beta, movingMean, movingVariance] = [
      params.gamma,
      params.beta,
      params.movingMean,
      params.movingVariance,
    ].map(asTensor);
    this.#tensors = { gamma, beta, movingMean, movingVariance };
    for (const [name, { shape }] of Object.entries(this.#tensors)) {
      if (shape.length === 1 && shape[0] === gamma.shape[0]) continue;
      throw new Error(
        `Cannot make BatchNorm: ${name} has shape [${shape}], expected [${gamma.shape[0] ?? "D"}]`,
      );
    }
  }

  get #scale(): Tensor {
    return tf.relu(this.#tensors.gamma).add(constant(1e-6));
  }

  /** The log slope of y in x for a variance, for each entry of a value. */
  #logSlope(deviation: Tensor, like: Tensor): Tensor {
    return deviation.log().sub(this.#scale.log()).add(tf.zerosLike(like));
  }

  /** Computes y from x by the running moments. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    this.forwardShape(x.shape);
    const { beta, movingMean, movingVariance } = this.#tensors;
    const deviation = movingVariance.add(constant(this.#epsilon)).sqrt();
    const y = x.sub(beta).div(this.#scale).mul(deviation).add(movingMean);
    return { y, logDet: this.#logSlope(deviation, x) };
  }

  /** Computes x from y; in training by the moments of the batch. */
  protected override pull(y: Tensor): { x: Tensor; logDet: Tensor } {
    this.forwardShape(y.shape);
    const { beta, movingMean, movingVariance } = this.#tensors;
    let mean = movingMean, variance = movingVariance;
    if (this.#training) {
      const axes = Array.from({ length: y.rank - 1 }, (_, i) => i);
      if (sizeOf(y.shape.slice(0, -1)) < 2) unfit(this.name, y.shape, "expected a batch of 2 at least");
      const batchMean = y.mean(axes) as Tensor;
      // The length of an axis may be known at the run alone.
      const others = tf.onesLike(y).sum(axes).sub(constant(1));
      const batchVariance = y.sub(batchMean).square().sum(axes).div(others) as Tensor;
      mean = lagging(batchMean, movingMean, batchMean);
      variance = lagging(batchVariance, movingVariance, batchVariance);
    }
    const deviation = variance.add(constant(this.#epsilon)).sqrt();
    const x = y.sub(mean).mul(this.#scale).div(deviation).add(beta);
    return { x, logDet: this.#logSlope(deviation, y) };
  }

  /** Returns the shape of y from that of x: [..., D]. */
  override forwardShape(shape: number[]): number[] {
    return fitVectors(this.name, shape, this.#tensors.gamma.shape);
  }
}
