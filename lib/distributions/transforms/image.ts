import { asTensor, type Shape, type Tensor, type TensorLike, withTracer } from "../../tensor/mod.ts";
import { Bounded, bounded, Constraint, independent, IndependentConstraint } from "../constraints/mod.ts";
import { isEverything } from "../support.ts";

/** A transform as its images see it. */
interface Mapping {
  readonly name: string;
  readonly domain: Constraint;
  readonly codomain: Constraint;
  readonly direction: 1 | -1 | undefined;
  at(x: TensorLike): TensorLike | undefined;
  forward(x: Tensor): Tensor;
  inverse(y: Tensor): Tensor;
  image(set: Constraint): Constraint;
}

/** The values that a transform gives for those of a set. */
export class ImageConstraint extends Constraint {
  /** The name in messages. */
  readonly name: string = "image";
  /** The number of rightmost axes that make up one element. */
  override readonly eventDim: number;
  /** True for countable values. */
  override readonly isDiscrete: boolean;

  /** Makes the constraint. */
  constructor(
    /** The values before the transform. */
    readonly source: Constraint,
    /** The transform. */
    readonly transform: Mapping,
  ) {
    super();
    this.eventDim = source.eventDim + transform.codomain.eventDim - transform.domain.eventDim;
    this.isDiscrete = source.isDiscrete;
  }

  /** False: the transform may hold tensors of one run. */
  override get isFixed(): boolean {
    return false;
  }

  /** Finds the index of the first element outside the set; none where it cannot be traced back. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    return withTracer(undefined, () => {
      const x = this.#before(() => asTensor(Array.from(values)).reshape(shape));
      return x && this.source.violation(x.dataSync() as ArrayLike<number>, x.shape);
    });
  }

  /** Tells of each element whether it lies outside the set. */
  override outside(value: Tensor): Tensor | undefined {
    const x = this.#before(() => value);
    return x && this.source.outside(x);
  }

  /** Returns an element well within the set. */
  override feasibleLike(value: Tensor): Tensor {
    return this.transform.forward(this.source.feasibleLike(value));
  }

  /** Returns the set's name for messages. */
  override toString(): string {
    return `image(${this.source}, ${this.transform.name})`;
  }

  /** The values before the transform; rounded where they are countable. */
  #before(value: () => Tensor): Tensor | undefined {
    try {
      const x = this.transform.inverse(value());
      return this.isDiscrete ? x.round() : x;
    } catch {
      // Some flows have no inverse; tensors of a trace have no values outside it.
      return undefined;
    }
  }
}

/**
 * Returns the values that a transform gives for those of a set: an interval for one, where the
 * transform rises or falls everywhere; its own codomain for a set of all numbers.
 */
export function imageOf(transform: Mapping, set: Constraint): Constraint {
  const { domain, codomain } = transform, missing = domain.eventDim - set.eventDim;
  if (missing > 0) return transform.image(independent(set, missing));
  const rest = set.eventDim - domain.eventDim;
  if (isEverything(set) || set === domain) return independent(codomain, rest);
  if (set instanceof IndependentConstraint && rest > 0) {
    const outer = Math.min(rest, set.reinterpreted);
    return independent(transform.image(independent(set.base, set.reinterpreted - outer)), outer);
  }
  const { direction } = transform;
  return set instanceof Bounded && !set.isDiscrete && direction
    ? intervalOf(transform, set, direction)
    : new ImageConstraint(set, transform);
}

type End = TensorLike | undefined;

function intervalOf(transform: Mapping, set: Bounded, direction: 1 | -1): Constraint {
  const { domain, codomain } = transform;
  const limits = (c: Constraint): End[] => c instanceof Bounded ? [c.lowerBound, c.upperBound] : [];
  const isOpen = [set.isOpen, codomain instanceof Bounded && codomain.isOpen];
  const ends = limits(set).map((bound, side) => {
    // What reaches to the end of the domain reaches to that of the codomain.
    const isWhole = bound === undefined || bound === limits(domain)[side];
    const end = isWhole ? limits(codomain)[direction === 1 ? side : 1 - side] : valueAt(transform, bound);
    return { bound: isInfinite(end) ? undefined : end, isOpen: isOpen[Number(isWhole)] };
  });
  const [low, high] = direction === 1 ? ends : ends.reverse();
  const given = [low, high].filter(({ bound }) => bound !== undefined);
  return bounded(low.bound, high.bound, given.every((end) => end.isOpen));
}

/** Returns what a transform makes of a bound: a number where that can be known. */
export function valueAt(transform: Mapping, bound: TensorLike): TensorLike {
  return transform.at(bound) ?? transform.forward(asTensor(bound));
}

const isInfinite = (bound: End) => typeof bound === "number" && !Number.isFinite(bound);
