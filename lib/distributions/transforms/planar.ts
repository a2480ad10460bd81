import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { softplus } from "../../tensor/special/mod.ts";
import { VectorFlow } from "./vector_flow.ts";

/**
 * The planar flow of Rezende and Mohamed (2015), y = x + u tanh(w'x + bias), with u moved along w
 * so far that it can be inverted (their appendix A.1); as Pyro's `ConditionedPlanar`. There is no
 * inverse in closed form: only what the transform made itself can be traced back and scored.
 *
 * @example
 * ```ts
 * import { Planar } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const planar = new Planar(0, [1, 2], [0.5, -1]), x = tf.tensor([0.3, 0.4]);
 * const y = planar.forward(x);
 * assert.equal(planar.inverse(y), x);
 * assert.deepEqual(planar.logAbsDetJacobian(x, y).shape, []);
 * ```
 */
export class Planar extends VectorFlow {
  /** The shift within tanh. */
  declare readonly bias: Tensor;
  /** The direction that x is moved in: [..., D]. */
  declare readonly u: Tensor;
  /** The direction that x is measured along: [..., D]. */
  declare readonly w: Tensor;

  /**
   * Makes the transform; its parameters may have a batch.
   *
   * @param bias a number, or of shape [..., 1]
   * @param u of shape [..., D]
   * @param w of shape [..., D]
   * @throws Error where u and w are no vectors of one size.
   */
  constructor(bias: TensorLike, u: TensorLike, w: TensorLike) {
    super({ u, w }, { bias });
  }

  /** Computes y from x, and the log-determinant there. */
  protected override push(x: Tensor): { y: Tensor; logDet: Tensor } {
    this.forwardShape(x.shape);
    const { u, w } = this;
    const along = u.mul(w).sum(-1, true);
    // w'u > -1, which keeps the function monotonic along w.
    const moved = u.add(softplus(along).sub(1).sub(along).mul(w).div(w.square().sum(-1, true)));
    const act = x.mul(w).sum(-1, true).add(this.bias).tanh();
    const slope = act.square().neg().add(1);
    const logDet = slope.mul(w).mul(moved).sum(-1).add(1).abs().log() as Tensor;
    return { y: x.add(moved.mul(act)), logDet };
  }
}
