import { type Shape, sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { Constraint, unravel } from "./constraint.ts";
import { Joint } from "./joint.ts";

/** Values put together of parts, each from a set of its own. */
export class JoinedConstraint extends Constraint {
  /** The name in messages. */
  readonly name: string;
  /** The number of rightmost axes that make up one element. */
  override readonly eventDim: number;
  /** True where a part is countable. */
  override readonly isDiscrete: boolean;
  readonly #joint: Joint;

  /** Makes the constraint; without lengths the parts lie on an axis of their own. */
  constructor(
    readonly parts: readonly Constraint[],
    readonly dim: number,
    readonly lengths: readonly number[] | undefined,
  ) {
    super();
    this.name = lengths ? "cat" : "stack";
    this.#joint = new Joint(dim, lengths, Math.max(0, ...parts.map((part) => part.eventDim)));
    this.eventDim = this.#joint.eventDim;
    this.isDiscrete = parts.some((part) => part.isDiscrete);
  }

  /** Finds the index of the first element of the first part that has one outside its set. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    // Where the true length of an axis is not known here, there is nothing to check.
    if (sizeOf(shape) !== values.length) return undefined;
    const axis = shape.length + this.dim, inner = sizeOf(shape.slice(axis + 1));
    let start = 0;
    for (const [i, part] of this.parts.entries()) {
      const length = this.lengths?.[i] ?? 1, end = start + length;
      const places = Array.from(values, (_, place) => place).filter((place) => {
        const at = Math.floor(place / inner) % shape[axis];
        return at >= start && at < end;
      });
      const own = this.lengths ? shape.with(axis, length) : shape.toSpliced(axis, 1);
      const index = part.violation(places.map((place) => values[place]), own);
      if (index) {
        // The element's first entry, as a place in the whole.
        const flat = own.reduce((at, size, k) => at * size + (index[k] ?? 0), 0);
        return unravel(places[flat], shape, values.length).slice(0, shape.length - this.eventDim);
      }
      start = end;
    }
    return undefined;
  }

  /** Tells of each element whether it lies outside the set. */
  override outside(value: Tensor): Tensor {
    const all = this.#joint.cut(value).map((piece, i) => {
      const { eventDim } = this.parts[i], more = this.#joint.most - eventDim;
      const each = this.parts[i].outside(piece) ??
        tf.zeros(piece.shape.slice(0, piece.rank - eventDim), "bool") as Tensor;
      return more > 0 ? each.any(Array.from({ length: more }, (_, k) => each.rank - more + k)) : each;
    });
    return this.#joint.combine(all, (a, b) => a.logicalOr(b));
  }

  /** True where no bounds are tensors of one run. */
  override get isFixed(): boolean {
    return this.parts.every((part) => part.isFixed);
  }

  /** The set without its edge. */
  override get interior(): Constraint {
    return new JoinedConstraint(this.parts.map((part) => part.interior), this.dim, this.lengths);
  }

  /** Returns an element well within the set. */
  override feasibleLike(value: Tensor): Tensor {
    return this.#joint.put(
      this.#joint.cut(value).map((piece, i) => this.parts[i].feasibleLike(piece).add(tf.zeros(piece.shape))),
    );
  }

  /** Tells whether each element of this set is known to lie in another. */
  override isWithin(other: Constraint): boolean {
    return this === other ||
      (other instanceof JoinedConstraint && this.#joint.equals(other.#joint) &&
        this.parts.length === other.parts.length &&
        this.parts.every((part, i) => part.isWithin(other.parts[i])));
  }

  /** Returns the set's name for messages. */
  override toString(): string {
    const lengths = this.lengths ? `, [${this.lengths.join(", ")}]` : "";
    return `${this.name}([${this.parts.join(", ")}], ${this.dim}${lengths})`;
  }
}

/**
 * Makes the constraint of values laid end to end along an axis, as torch's `constraints.cat`.
 * @param dim the axis, counted from the right (default: the last)
 * @param lengths the entries of each part on it (default: one each)
 */
export function cat(
  parts: readonly Constraint[],
  dim: number = -1,
  lengths: readonly number[] = parts.map(() => 1),
): Constraint {
  return new JoinedConstraint(parts, dim, lengths);
}

/**
 * Makes the constraint of values stacked along an axis of their own, as torch's
 * `constraints.stack`.
 * @param dim that axis, counted from the right (default: the last)
 */
export function stack(parts: readonly Constraint[], dim: number = -1): Constraint {
  return new JoinedConstraint(parts, dim, undefined);
}
