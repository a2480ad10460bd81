import { broadcastShapes, knownValues, sameShape } from "../../tensor/mod.ts";
import type { Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { type Constraint, real } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";
import { applyToConstants, type OnNumbers } from "./util/on_numbers.ts";

/** A transform as data. */
export interface TransformFormulas {
  /** The values that it takes; default: numbers. */
  readonly domain?: Constraint;
  /** The values that it gives; default: numbers. */
  readonly codomain?: Constraint;
  /** y from x. */
  readonly forward: (x: Tensor) => Tensor;
  /** x from y. */
  readonly inverse: (y: Tensor) => Tensor;
  /** log |det dy/dx|, one number for each element of the domain: of numbers the log slope. */
  readonly logSlope: (x: Tensor, y: Tensor) => Tensor;
  /** As `Transform.sign`. */
  readonly sign?: () => 1 | Tensor | undefined;
  /** The same on plain numbers, so that what it makes of bounds is known before a run. */
  readonly onNumbers?: OnNumbers;
  /** As `Transform.direction`. */
  readonly direction?: () => 1 | -1 | undefined;
  /** Tensors of the formulas, which broadcast with x; with equal ones, transforms are equal. */
  readonly parameters?: readonly Tensor[];
  /** The shape of y from that of x, where it is not what x and the parameters broadcast to. */
  readonly forwardShape?: (shape: Shape) => Shape;
  /** Returns the shape of x from that of y. */
  readonly inverseShape?: (shape: Shape) => Shape;
}

/** A transform made from its formulas. */
export abstract class FormulaTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;

  /** Makes the transform. */
  constructor(private readonly formulas: TransformFormulas) {
    super();
    this.domain = formulas.domain ?? real;
    this.codomain = formulas.codomain ?? real;
  }

  /** Computes y from x. */
  protected override compute(x: Tensor): Tensor {
    return this.formulas.forward(x);
  }

  /** Computes x from y. */
  protected override invert(y: Tensor): Tensor {
    return this.formulas.inverse(y);
  }

  /** Returns log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return this.formulas.logSlope(x, y);
  }

  /** The direction of a monotonic transform. */
  override get sign(): 1 | Tensor | undefined {
    return this.formulas.sign?.();
  }

  /** The direction where it is known. */
  override get direction(): 1 | -1 | undefined {
    const { direction } = this.formulas;
    return direction ? direction() : super.direction;
  }

  /** Returns y for numbers or constants x. */
  override at(x: TensorLike): TensorLike | undefined {
    const { onNumbers } = this.formulas;
    return onNumbers && applyToConstants(onNumbers.forward, [x, ...onNumbers.parameters ?? []]);
  }

  /** Returns x for numbers or constants y. */
  override inverseAt(y: TensorLike): TensorLike | undefined {
    const { onNumbers } = this.formulas;
    return onNumbers && applyToConstants(onNumbers.inverse, [y, ...onNumbers.parameters ?? []]);
  }

  /** Returns the shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    const { forwardShape, parameters = [] } = this.formulas;
    return forwardShape?.(shape) ?? broadcastShapes(shape, ...parameters.map((p) => p.shape));
  }

  /** Returns the shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.formulas.inverseShape?.(shape) ?? super.inverseShape(shape);
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    if (!(other instanceof FormulaTransform) || other.constructor !== this.constructor) return false;
    const { parameters = [] } = this.formulas, others = other.formulas.parameters ?? [];
    return parameters.every((p, i) => equalValues(p, others[i]));
  }
}

/** Tells whether two tensors are the same, or are known to have the same shape and values. */
function equalValues(a: Tensor, b: Tensor): boolean {
  if (a === b) return true;
  if (!sameShape(a.shape, b.shape)) return false;
  const left = knownValues(a), right = knownValues(b);
  if (!left || !right || left.length !== right.length) return false;
  return Array.prototype.every.call(left, (value, i) => value === right[i]);
}
