import { type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { log1p, softplus } from "../../tensor/special/mod.ts";
import { VectorFlow } from "./vector_flow.ts";

/**
 * The radial flow of Rezende and Mohamed (2015), y = x + beta / (alpha + r) (x - x0) with r = |x -
 * x0|, alpha = softplus(alphaPrime) and beta = softplus(betaPrime) - alpha, so that it can be
 * inverted (their appendix A.2); as Pyro's `ConditionedRadial`. Only what the transform made itself
 * can be traced back and scored.
 *
 * @example
 * ```ts
 * import { Radial } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const radial = new Radial([0, 1], 0.5, 2), x = tf.tensor([0.3, 0.4]), y = radial.forward(x);
 * assert.equal(radial.inverse(y), x);
 * assert.deepEqual(radial.logAbsDetJacobian(x, y).shape, []);
 * ```
 */
export class Radial extends VectorFlow {
  /** The centre: [..., D]. */
  declare readonly x0: Tensor;
  /** alpha before softplus. */
  declare readonly alphaPrime: Tensor;
  /** alpha + beta before softplus. */
  declare readonly betaPrime: Tensor;

  /**
   * Makes the transform; its parameters may have a batch.
   *
   * @param x0 of shape [..., D]
   * @param alphaPrime a number, or of shape [..., 1]
   * @param betaPrime a number, or of shape [..., 1]
   * @throws Error where x0 is no vector.
   */
  constructor(x0: TensorLike, alphaPrime: TensorLike, betaPrime: TensorLike) {
    super({ x0 }, { alphaPrime, betaPrime });
  }

  /** Computes y from x, and the log-determinant there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    this.forwardShape(x.shape);
    const alpha = softplus(this.alphaPrime), beta = softplus(this.betaPrime).sub(alpha);
    const diff = x.sub(this.x0) as Tensor, squared = diff.square().sum(-1, true);
    // The root's derivative at the centre itself would be infinite.
    const away = squared.greater(0);
    const r = tf.where(away, tf.where(away, squared, tf.onesLike(squared)).sqrt(), tf.zerosLike(squared));
    const h = alpha.add(r).reciprocal(), pull = beta.mul(h);
    const others = this.x0.shape[this.x0.rank - 1] - 1;
    const logDet = log1p(pull).mul(others).add(log1p(pull.sub(beta.mul(h.square()).mul(r)))).sum(-1);
    return { y: x.add(pull.mul(diff)), logDet };
  }
}
