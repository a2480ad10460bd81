import { checkOptions } from "../../system/mod.ts";
import type { Shape, Tensor } from "../../tensor/mod.ts";
import { type Constraint, independent, JoinedConstraint, Joint } from "../constraints/mod.ts";
import { sumRightmost } from "../shapes.ts";
import { isEverything } from "../support.ts";
import { Transform, unfit } from "./transform.ts";

/** Parts of a value along an axis, each through a transform of its own. */
export abstract class JoinedTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;
  readonly #before: Joint;
  readonly #after: Joint;

  /** Checks the parts. */
  constructor(readonly parts: readonly Transform[], dim: number, lengths: readonly number[] | undefined) {
    super();
    const refuse = (problem: string): never => {
      throw new Error(`Cannot make ${this.name}: ${problem}`);
    };
    if (parts.length === 0) refuse("it has no parts, expected a list of transforms");
    if (!(Number.isSafeInteger(dim) && dim < 0)) {
      refuse(`dim is ${dim}, expected a negative integer, as axes count from the right`);
    }
    if (
      lengths && !(lengths.length === parts.length && lengths.every((n) => Number.isSafeInteger(n) && n > 0))
    ) {
      refuse(
        `lengths are [${lengths.join(", ")}], expected a positive integer for each of ${parts.length} parts`,
      );
    }
    for (const { name, domain: { eventDim: before }, codomain: { eventDim: after } } of parts) {
      if (before !== after) {
        refuse(`${name} turns elements of ${before} axes into elements of ${after}, expected as many`);
      }
    }
    const most = Math.max(...parts.map(({ domain }) => domain.eventDim));
    this.#before = new Joint(dim, lengths, most);
    const isInner = this.#before.isInner && lengths;
    const grown = isInner
      ? parts.map((part, i) => part.forwardShape(Array<number>(most).fill(1).with(dim, lengths[i])).at(dim)!)
      : lengths;
    this.#after = new Joint(dim, grown, most);
    const whole = (sets: Constraint[], { lengths, eventDim }: Joint) =>
      sets.every(isEverything)
        ? independent(sets[0], eventDim - sets[0].eventDim)
        : new JoinedConstraint(sets, dim, lengths);
    this.domain = whole(parts.map((part) => part.domain), this.#before);
    this.codomain = whole(parts.map((part) => part.codomain), this.#after);
  }

  #cut(value: Tensor, joint: Joint): Tensor[] {
    this.#check(value.shape, joint);
    return joint.cut(value);
  }

  #check(shape: Shape, { dim, lengths }: Joint): void {
    const found = shape.at(dim), length = lengths?.reduce((a, b) => a + b) ?? this.parts.length;
    if (found !== length) unfit(this.name, shape, `expected ${length} on axis ${dim}`);
  }

  #each(value: Tensor, from: Joint, to: Joint, map: (part: Transform, piece: Tensor) => Tensor): Tensor {
    return to.put(this.#cut(value, from).map((piece, i) => map(this.parts[i], piece)));
  }

  /** Computes y from x. */
  protected override compute(x: Tensor): Tensor {
    return this.#each(x, this.#before, this.#after, (part, piece) => part.forward(piece));
  }

  /** Computes x from y. */
  protected override invert(y: Tensor): Tensor {
    return this.#each(y, this.#after, this.#before, (part, piece) => part.inverse(piece));
  }

  /** Returns log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const after = this.#cut(y, this.#after);
    const all = this.#cut(x, this.#before).map((piece, i) => {
      const term = this.parts[i].logAbsDetJacobian(piece, after[i]);
      return sumRightmost(term, this.#before.most - this.parts[i].domain.eventDim);
    });
    return this.#before.combine(all, (a, b) => a.add(b));
  }

  /** Returns the shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return this.#shape(shape, this.#before, this.#after, (part, own) => part.forwardShape(own));
  }

  /** Returns the shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.#shape(shape, this.#after, this.#before, (part, own) => part.inverseShape(own));
  }

  #shape(shape: Shape, from: Joint, to: Joint, map: (part: Transform, shape: Shape) => Shape): Shape {
    this.#check(shape, from);
    const { dim, lengths } = from, axis = shape.length + dim;
    const own = map(this.parts[0], lengths ? shape.with(axis, lengths[0]) : shape.toSpliced(axis, 1));
    return to.lengths
      ? own.with(dim, to.lengths.reduce((a, b) => a + b))
      : own.toSpliced(own.length + 1 + dim, 0, this.parts.length);
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof JoinedTransform && this.#before.equals(other.#before) &&
      this.parts.length === other.parts.length && this.parts.every((part, i) => part.equals(other.parts[i]));
  }
}

/**
 * Pieces of an axis, each through a transform of its own, as torch's and NumPyro's `CatTransform`.
 * Where the axis is within the elements of a part, the log-determinants are summed, else they lie
 * end to end as the pieces do.
 *
 * @example Two numbers as they are, and three that become four parts of a whole
 * ```ts
 * import { CatTransform, IdentityTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { StickBreakingTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const parts = [new IdentityTransform(), new StickBreakingTransform()];
 * const y = new CatTransform(parts, { lengths: [2, 3] }).forward(tf.zeros([5]));
 * assert.deepEqual([...y.dataSync()], [0, 0, 0.25, 0.25, 0.25, 0.25]);
 * ```
 */
export class CatTransform extends JoinedTransform {
  /**
   * Makes the transform.
   *
   * @param options `dim`: the axis, counted from the right (default -1); `lengths`: the entries of
   * x on it that each part takes (default: one each)
   * @throws Error without parts, for lengths that are not theirs, an axis that is not counted from
   * the right, and a part that changes the number of axes.
   */
  constructor(parts: readonly Transform[], options?: { dim?: number; lengths?: readonly number[] }) {
    checkOptions("make CatTransform", options, { dim: true, lengths: true });
    super(parts, options?.dim ?? -1, options?.lengths ?? parts.map(() => 1));
  }
}

/**
 * Values stacked along an axis, each through a transform of its own, as torch's `StackTransform`.
 *
 * @example A number and a positive one
 * ```ts
 * import { ExpTransform, IdentityTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { StackTransform } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const both = new StackTransform([new IdentityTransform(), new ExpTransform()]);
 * assert.deepEqual([...both.forward(tf.zeros([2])).dataSync()], [0, 1]);
 * assert.equal(String(both.codomain), "stack([real, positive], -1)");
 * ```
 */
export class StackTransform extends JoinedTransform {
  /**
   * Makes the transform.
   *
   * @param options `dim`: the axis that counts the parts, from the right (default -1)
   * @throws Error without parts, for an axis that is not counted from the right, and a part that
   * changes the number of axes.
   */
  constructor(parts: readonly Transform[], options?: { dim?: number }) {
    checkOptions("make StackTransform", options, { dim: true });
    super(parts, options?.dim ?? -1, undefined);
  }
}
