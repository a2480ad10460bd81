/** Choices that make programs. @module */
import type { Random } from "fast-check";
import type { Tensor } from "../../lib/tensor/mod.ts";
import type { Body, Step } from "./program.ts";

/** A value that a new step may use. */
export interface Available {
  readonly name: string;
  readonly tensor: Tensor;
}

/** An expression, before it has a name. */
export interface Draft {
  readonly text: string;
  /** The number of values it gives (default 1). */
  readonly count?: number;
  readonly body?: Body;
}

/** Grows the steps of a function from the values it sees, and the tensors they have. */
export type GrowBody = (values: readonly Available[], most: number) => { steps: Step[]; values: Available[] };

/** The source that an operation draws its operands and its settings from. */
export class Growth {
  constructor(
    private readonly random: Random,
    readonly values: readonly Available[],
    /** Returns a name that is not used yet. */
    readonly fresh: () => string,
    /** Grows the body of a loop; absent where loops are as deep as they may be. */
    readonly grow?: GrowBody,
  ) {}

  /** A whole number between two, both included. */
  int(from: number, to: number): number {
    return this.random.nextInt(from, to);
  }
  /** True in so many percent of cases. */
  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }
  /** One of several. */
  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)];
  }
  /** A value that fits, more often a late one; undefined where there is none. */
  value(fits: (tensor: Tensor) => boolean = () => true): Available | undefined {
    const fitting = this.values.filter(({ tensor }) => fits(tensor));
    if (fitting.length === 0) return undefined;
    return fitting[Math.max(this.int(0, fitting.length - 1), this.int(0, fitting.length - 1))];
  }
  /** A float32 value. */
  float(fits: (tensor: Tensor) => boolean = () => true): Available | undefined {
    return this.value((x) => x.dtype === "float32" && fits(x));
  }
  /** An axis of a shape, now and then counted from the right. */
  axis({ rank }: Tensor): number {
    const axis = this.int(0, rank - 1);
    return this.chance(25) ? axis - rank : axis;
  }
  /** A number as text: simple ones, and edges. */
  number(): string {
    return this.chance(80)
      ? this.pick(["0", "1", "2", "-1", "0.5", "-0.5", "3", "0.1", "1.5", "-2", "10"])
      : this.pick(["-0", "Infinity", "-Infinity", "1e-8", "1e10", "NaN", "-3", "4", "1e-30", "1e30"]);
  }
}
