import type { Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { type Constraint, independent, real } from "../constraints/mod.ts";
import { sumRightmost } from "../shapes.ts";
import { isEverything } from "../support.ts";
import { Transform } from "./transform.ts";
import { alive, Remembered } from "./util/remembered.ts";

/** Several transforms one after the other, the first one first. */
export class ComposeTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;
  /** The values between the parts, so that no part runs again for the log-determinant. */
  private readonly between: Remembered<readonly Tensor[]> = new Remembered();

  /**
   * Makes the transform.
   * @param codomain the values that it gives, where they are known otherwise
   */
  constructor(readonly parts: readonly Transform[], codomain?: Constraint) {
    super();
    const eventDim = domainEventDim(parts);
    const added = parts.reduce((sum, { domain, codomain }) => sum + codomain.eventDim - domain.eventDim, 0);
    const domain = parts[0]?.domain ?? real;
    this.domain = independent(domain, eventDim - domain.eventDim);
    const given = codomain ?? imageOfChain(parts.slice(1), parts[0]?.codomain ?? real);
    this.codomain = independent(given, eventDim + added - given.eventDim);
  }

  /** Computes y from x. */
  protected override compute(x: Tensor): Tensor {
    const values: Tensor[] = [];
    const y = this.parts.reduce((value, part) => {
      values.push(value);
      return part.forward(value);
    }, x);
    this.between.keep(x, y, values);
    return y;
  }

  /** Computes x from y. */
  protected override invert(y: Tensor): Tensor {
    const values: Tensor[] = [];
    const x = this.parts.reduceRight((value, part) => {
      const source = part.inverse(value);
      values.unshift(source);
      return source;
    }, y);
    this.between.keep(y, x, values);
    return x;
  }

  /** Returns log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const values = this.between.recall(x, y);
    let eventDim = this.domain.eventDim;
    let total: Tensor | undefined;
    this.parts.forEach((part, i) => {
      const next = i === this.parts.length - 1 ? y : alive(values?.[i + 1]) ?? part.forward(x);
      const term = sumRightmost(part.logAbsDetJacobian(x, next), eventDim - part.domain.eventDim);
      total = total ? total.add(term) : term;
      eventDim += part.codomain.eventDim - part.domain.eventDim;
      x = next;
    });
    return total ?? x.sub(x);
  }

  /** Returns the values that it gives for those of a set. */
  override image(set: Constraint): Constraint {
    return isEverything(set) ? super.image(set) : imageOfChain(this.parts, set);
  }

  /** The product of the directions. */
  override get direction(): 1 | -1 | undefined {
    return this.parts.reduce(
      (product: 1 | -1 | undefined, { direction }) => product && direction && (product * direction as 1 | -1),
      1,
    );
  }

  /** Returns y for numbers or constants x. */
  override at(x: TensorLike): TensorLike | undefined {
    return this.parts.reduce(
      (value: TensorLike | undefined, part) => value === undefined ? value : part.at(value),
      x,
    );
  }

  /** Returns x for numbers or constants y. */
  override inverseAt(y: TensorLike): TensorLike | undefined {
    return this.parts.reduceRight(
      (value: TensorLike | undefined, part) => value === undefined ? value : part.inverseAt(value),
      y,
    );
  }

  /** The product of the signs. */
  override get sign(): 1 | Tensor | undefined {
    return signOf(this.parts);
  }

  /** Returns the shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return this.parts.reduce((s, part) => part.forwardShape(s), shape);
  }

  /** Returns the shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.parts.reduceRight((s, part) => part.inverseShape(s), shape);
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof ComposeTransform && sameTransforms(this.parts, other.parts);
  }
}

/** Returns the number of event axes that the first transform needs for all to have theirs. */
function domainEventDim(parts: readonly Transform[]): number {
  return parts.reduceRight(
    (dim, part) => Math.max(part.domain.eventDim, dim + part.domain.eventDim - part.codomain.eventDim),
    0,
  );
}

/** Returns the values that transforms, one after the other, give for those of a set. */
export function imageOfChain(parts: readonly Transform[], set: Constraint): Constraint {
  return parts.reduce((image, part) => part.image(image), set);
}

/** Returns the sign of transforms one after the other. */
export function signOf(parts: readonly Transform[]): 1 | Tensor | undefined {
  return parts.reduce((product: 1 | Tensor | undefined, { sign }) => {
    if (product === undefined || sign === undefined || sign === 1) return sign && product;
    return product === 1 ? sign : product.mul(sign);
  }, 1);
}

/** Tells whether two lists of transforms are equal one by one. */
export function sameTransforms(a: readonly Transform[], b: readonly Transform[]): boolean {
  return a.length === b.length && a.every((part, i) => part.equals(b[i]));
}

/**
 * Chains several transforms made alike, one after the other, as Pyro's `iterated`. A function may
 * give more than one for each turn: a flow and the permutation behind it.
 *
 * @param repeats how many turns
 * @param make makes the transform, or the transforms, of a turn, from its number
 * @throws Error where `repeats` is no positive integer.
 *
 * @example Two flows, the variables turned round between them
 * ```ts
 * import { iterated, Permute, Planar } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const flow = iterated(2, (i) => [new Planar(0.1 * i, [1, 2], [0.5, -1]), new Permute([1, 0])]);
 * assert.equal(flow.parts.length, 4);
 * assert.deepEqual(flow.forward(tf.ones([5, 2])).shape, [5, 2]);
 * ```
 */
export function iterated(
  repeats: number,
  make: (turn: number) => Transform | readonly Transform[],
): ComposeTransform {
  if (!(Number.isSafeInteger(repeats) && repeats > 0)) {
    throw new Error(`Cannot iterate transforms: repeats is ${repeats}, expected a positive integer`);
  }
  return new ComposeTransform(Array.from({ length: repeats }, (_, turn) => make(turn)).flat());
}
