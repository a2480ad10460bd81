import type { Tensor } from "../../tensor/mod.ts";
import { type Constraint, realVector } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";
import { alive, Remembered } from "./util/remembered.ts";

/**
 * A flow: a transform whose log-determinant comes with each value that it computes, in either
 * direction, and is remembered. One without an inverse in closed form can trace back and score what
 * it made itself.
 */
export abstract class Flow extends Transform {
  /** The values that it takes: vectors, unless a flow says otherwise. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = realVector;
  private readonly logDets: Remembered<Tensor> = new Remembered();

  /** Computes y from x, and the log-determinant there. */
  protected abstract push(x: Tensor): { y: Tensor; logDet: Tensor };

  /**
   * Computes x from y, and the log-determinant there.
   * @throws Error where there is no inverse in closed form.
   */
  protected pull(_y: Tensor): { x: Tensor; logDet: Tensor } {
    throw new Error(
      `Cannot invert ${this.name}: it has no inverse in closed form, and this value was not made by its forward`,
    );
  }

  /** Computes y from x. */
  protected override compute(x: Tensor): Tensor {
    const { y, logDet } = this.push(x);
    this.logDets.keep(x, y, logDet);
    return y;
  }

  /** Computes x from y. */
  protected override invert(y: Tensor): Tensor {
    const { x, logDet } = this.pull(y);
    this.logDets.keep(y, x, logDet);
    return x;
  }

  /** Returns log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return alive(this.logDets.recall(x, y)) ?? this.push(x).logDet;
  }

  /** Tells whether the other transform is this one. */
  override equals(other: Transform): boolean {
    return this === other;
  }
}
