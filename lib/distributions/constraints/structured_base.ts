import { constant, type Shape, type Tensor } from "../../tensor/mod.ts";
import { Constraint, firstBlock } from "./constraint.ts";

/** A test of one element, laid out flat. */
export type Holds = (block: ArrayLike<number>, eventShape: Shape) => boolean;

/** The same test on tensors, and an element that passes it. */
export interface OnTensors {
  /** Tells of each element whether it lies outside. */
  readonly outside?: (value: Tensor) => Tensor;
  /** The tests that elements on the edge fail too; default: the same. */
  readonly interior?: { readonly holds: Holds; readonly outside: (value: Tensor) => Tensor };
  /** Returns an element with n entries on its last axis. */
  readonly feasible?: (n: number) => Tensor;
}

/** A set of vectors or matrices, as its tests. */
export class Structured extends Constraint {
  #interior: Structured | undefined;
  #closure: Structured | undefined;

  /** Makes the set, which by default is not countable. */
  constructor(
    /** The name in messages. */
    readonly name: string,
    /** The number of axes of an element. */
    override readonly eventDim: number,
    private readonly holds: Holds,
    private readonly onTensors: OnTensors,
    /** True for a countable set (default false). */
    override readonly isDiscrete: boolean = false,
  ) {
    super();
  }

  /** Tells of each element whether it lies outside the set. */
  override outside(value: Tensor): Tensor | undefined {
    return this.onTensors.outside?.(value);
  }

  /** The set without its edge. */
  override get interior(): Constraint {
    const { name, eventDim, onTensors } = this, { interior, feasible } = onTensors;
    if (!interior) return this;
    if (!this.#interior) {
      this.#interior = new Structured(name, eventDim, interior.holds, { ...interior, feasible });
      this.#interior.#closure = this;
    }
    return this.#interior;
  }

  /** Tells whether each element of this set is known to lie in another. */
  override isWithin(other: Constraint): boolean {
    return this === other || (this.#closure !== undefined && this.#closure === other);
  }

  /** Returns an element well within the set. */
  override feasibleLike(value: Tensor): Tensor {
    return this.onTensors.feasible?.(value.shape[value.rank - 1]) ?? constant(0);
  }

  /** Finds the index of the first element outside the set, if there is one. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    return firstBlock(values, shape, this.eventDim, this.holds);
  }
}
