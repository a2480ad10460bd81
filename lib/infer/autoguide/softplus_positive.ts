import { Constraint, constraints, registerBijection, SoftplusTransform } from "../../distributions/mod.ts";
import type { Shape } from "../../tensor/mod.ts";

class SoftplusPositive extends Constraint {
  override readonly name = "softplusPositive";
  override violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    return constraints.positive.violation(values, shape);
  }
}

registerBijection("softplusPositive", () => new SoftplusTransform());

/** x > 0, reached through the softplus instead of the exponential, as Pyro's and NumPyro's `softplus_positive`. */
export const softplusPositive: Constraint = new SoftplusPositive();
