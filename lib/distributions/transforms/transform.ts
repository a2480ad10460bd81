import { describeNode, formatShape, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, finite, real } from "../constraints/mod.ts";
import { imageOf } from "./image.ts";
import { isEverything, isKnownInside, markInside } from "../support.ts";

/**
 * An invertible function of tensors whose Jacobian determinant is known. A transform remembers
 * which `x` gave a `y`, so that scoring its own draw inverts nothing.
 */
export abstract class Transform {
  /** The values that it takes. */
  abstract readonly domain: Constraint;
  /** The values that it gives. */
  abstract readonly codomain: Constraint;
  private readonly sources: WeakMap<Tensor, Tensor> = new WeakMap();

  /** Computes y from x. */
  protected abstract compute(x: Tensor): Tensor;
  /** Computes x from y. */
  protected abstract invert(y: Tensor): Tensor;

  /**
   * log |det dy/dx|, one number for each element of the domain: the axes of `x` without its
   * `domain.eventDim` rightmost ones.
   */
  abstract logAbsDetJacobian(x: Tensor, y: Tensor): Tensor;

  /**
   * 1 where each element of y increases with its own x, or a tensor with 1 or -1 for each;
   * undefined for transforms that are not monotonic, or not element by element.
   */
  get sign(): 1 | Tensor | undefined {
    return undefined;
  }

  /**
   * 1 or -1 where each element of y is known to increase, or to decrease, with its own x;
   * undefined for the others.
   */
  get direction(): 1 | -1 | undefined {
    return this.sign === 1 ? 1 : undefined;
  }

  /** Returns y for numbers or constants x, as such; undefined where it cannot be known. */
  at(_x: TensorLike): TensorLike | undefined {
    return undefined;
  }

  /** Returns x for numbers or constants y, as such; undefined where it cannot be known. */
  inverseAt(_y: TensorLike): TensorLike | undefined {
    return undefined;
  }

  /** Returns the values that it gives for those of a set: `codomain` for all of its domain. */
  image(set: Constraint): Constraint {
    return imageOf(this, set);
  }

  /** The name in messages. */
  get name(): string {
    return this.constructor.name;
  }

  /** Computes y from x. */
  forward(x: Tensor): Tensor {
    const y = this.compute(x);
    if (y === x) return y;
    this.sources.set(y, x);
    if (isEverything(this.domain) || isKnownInside(x, this.domain)) markInside(y, this.range);
    return y;
  }

  /** Computes x from y. */
  inverse(y: Tensor): Tensor {
    const source = this.sources.get(y);
    return source && !source.isDisposed ? source : this.invert(y);
  }

  /** The values that it takes finite numbers to: not the edges that it only comes near to. */
  get range(): Constraint {
    const { domain, codomain } = this;
    if (isEverything(domain)) return codomain.interior;
    return codomain === real ? finite : codomain;
  }

  /** Returns the shape of y from that of x. */
  forwardShape(shape: Shape): Shape {
    return shape;
  }

  /** Returns the shape of x from that of y. */
  inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }

  /** Tells whether the other transform is the same function. */
  equals(other: Transform): boolean {
    return this === other || this.constructor === other.constructor;
  }
}

/** Throws for a value of a shape that a transform does not take. */
export function unfit(name: string, shape: Shape, expected: string): never {
  throw new Error(`Cannot transform with ${name}: the value has shape ${formatShape(shape)}, ${expected}`);
}

/** Throws unless what something is made with is a transform. */
export function checkTransform(family: string, given: unknown): asserts given is Transform {
  if (given instanceof Transform) return;
  throw new Error(
    `Cannot make ${family}: found ${describeNode(given)}, expected a transform, such as new ExpTransform()`,
  );
}
