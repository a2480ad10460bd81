import { hessian } from "../../compile/mod.ts";
import { eagerly } from "../../compile/internals.ts";
import { constraints, Delta, type Distribution, MultivariateNormal } from "../../distributions/mod.ts";
import { constant, type Tensor } from "../../tensor/mod.ts";
import { potential, type Prototype } from "../latent/mod.ts";
import { AutoContinuous } from "./auto_continuous.ts";
import { Computed } from "./computed.ts";

/**
 * Laplace's approximation, as Pyro's and NumPyro's AutoLaplaceApproximation: training finds the
 * mode of the posterior in unconstrained space (parameter `auto_loc`); `laplaceApproximation` then
 * puts a normal there, with the inverse of the Hessian for its covariance.
 */
export class AutoLaplace extends AutoContinuous {
  #posterior: Distribution | undefined;

  /** Returns the distribution of the vector, and registers its parameters. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    return new Computed(this.loc(prototype, args), constant(0), constraints.realVector, 1);
  }

  /** Returns the point until `laplaceApproximation` was called, then the normal that it found. */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    return this.#posterior ?? new Delta(this.own(params, `${this.prefix}_loc`), { eventDim: 1 });
  }

  /**
   * Finds the normal at the mode, over the unconstrained numbers of all sites; `median`,
   * `quantiles` and `sampleLatent` use it from then on.
   *
   * @param params the trained parameters
   * @param args the arguments of the model
   * @throws Error where the Hessian is not positive definite, because training has not reached a
   * mode.
   */
  laplaceApproximation(params: Record<string, Tensor>, ...args: unknown[]): MultivariateNormal {
    const loc = this.own(params, `${this.prefix}_loc`);
    return eagerly("cpu", () => {
      const precision = hessian((vector: Tensor) => potential(this.model, args, this.discover(args), vector))(
        loc,
      );
      // The run within the Hessian left values of a graph behind.
      this.discover(args);
      let posterior: MultivariateNormal;
      try {
        posterior = new MultivariateNormal(loc, { precision });
      } catch (cause) {
        throw new Error(
          "Cannot approximate the posterior: the Hessian at the parameters given is not positive definite; train until the loss " +
            "no longer falls, with a decreasing learning rate",
          { cause },
        );
      }
      this.#posterior = posterior;
      return posterior;
    });
  }
}
