import type { Shape } from "../../tensor/mod.ts";
import { Constraint, unravel } from "./constraint.ts";

class Elementwise extends Constraint {
  constructor(
    readonly name: string,
    private readonly holds: (value: number) => boolean,
    override readonly isDiscrete: boolean = false,
  ) {
    super();
  }

  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    for (let i = 0; i < values.length; i++) {
      if (!this.holds(values[i])) return unravel(i, shape, values.length);
    }
    return undefined;
  }
}

/** All numbers, infinite ones included; not NaN. */
export const real: Constraint = new Elementwise("real", (x) => !Number.isNaN(x));
/** x > 0 */
export const positive: Constraint = new Elementwise("positive", (x) => x > 0);
/** x > 0, reached through the softplus instead of the exponential, as Pyro's `softplus_positive`. */
export const softplusPositive: Constraint = new Elementwise("softplusPositive", (x) => x > 0);
/** x >= 0 */
export const nonNegative: Constraint = new Elementwise("nonNegative", (x) => x >= 0);
/** 0 <= x <= 1 */
export const unitInterval: Constraint = new Elementwise("unitInterval", (x) => x >= 0 && x <= 1);
/** 0 or 1 */
export const boolean: Constraint = new Elementwise("boolean", (x) => x === 0 || x === 1, true);
/** 0, 1, 2 ... */
export const nonNegativeInteger: Constraint = new Elementwise(
  "nonNegativeInteger",
  (x) => x >= 0 && Number.isInteger(x),
  true,
);
/** 1, 2, 3 ... */
export const positiveInteger: Constraint = new Elementwise(
  "positiveInteger",
  (x) => x >= 1 && Number.isInteger(x),
  true,
);
