import { hessian } from "../../compile/mod.ts";
import { eagerly, runAtOnce } from "../../compile/internals.ts";
import { constraints, Delta, type Distribution, MultivariateNormal } from "../../distributions/mod.ts";
import { activeHandlers } from "../../ppl/mod.ts";
import { constant, knownValues, type Tensor, toTensor } from "../../tensor/mod.ts";
import { potential, type Prototype } from "../latent/mod.ts";
import { AutoContinuous } from "./auto_continuous.ts";
import { Computed } from "./computed.ts";
import { inverseFactor } from "./inverse_factor.ts";

/**
 * Laplace's approximation, as Pyro's and NumPyro's AutoLaplaceApproximation: training finds the
 * mode of the posterior in unconstrained space (parameter `auto_loc`); `laplaceApproximation` then
 * puts a normal there, with the inverse of the Hessian for its covariance.
 */
export class AutoLaplace extends AutoContinuous {
  #posterior: MultivariateNormal | undefined;

  /**
   * Returns the distribution of the vector, and registers its parameters: a point in training and
   * until `laplaceApproximation` was called, then the normal that it found.
   */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    const loc = this.loc(prototype, args), posterior = this.#posterior;
    if (!posterior || activeHandlers().some((handler) => handler.isTraining)) {
      return new Computed(loc, constant(0), constraints.realVector, 1);
    }
    checkMode(loc, posterior);
    return posterior;
  }

  /**
   * Returns the point until `laplaceApproximation` was called, then the normal that it found.
   * @throws Error where that was called with other parameters.
   */
  override getPosterior(params: Record<string, Tensor>): Distribution {
    const loc = this.own(params, `${this.prefix}_loc`), posterior = this.#posterior;
    if (!posterior) return new Delta(loc, { eventDim: 1 });
    checkMode(loc, posterior);
    return posterior;
  }

  /**
   * Returns quantiles of each site by name, as `AutoContinuous` does.
   * @throws Error before `laplaceApproximation` was called: the point has none.
   */
  override quantiles(params: Record<string, Tensor>, levels: readonly number[]): Record<string, Tensor> {
    this.checkSpread("take quantiles");
    return super.quantiles(params, levels);
  }

  /** Throws until the posterior is more than a point, whose spread of 0 says nothing. */
  checkSpread(act: string): void {
    if (this.#posterior) return;
    throw new Error(
      `Cannot ${act} of AutoLaplace: its posterior is a point until laplaceApproximation(params, ...args) was called`,
    );
  }

  /**
   * Finds the normal at the mode, over the unconstrained numbers of all sites; `median`,
   * `quantiles`, `sampleLatent` and predictions use it from then on.
   *
   * @param params the trained parameters
   * @param args the arguments of the model
   * @throws Error where the Hessian is not positive definite, because training has not reached a
   * mode, and for a guide of part of the sites.
   */
  laplaceApproximation(params: Record<string, Tensor>, ...args: unknown[]): MultivariateNormal {
    const loc = this.own(params, `${this.prefix}_loc`);
    if (this.isPartial) {
      throw new Error(
        "Cannot approximate the posterior: the guide has part of the model's latent sites only, and the Hessian is " +
          "of all of them",
      );
    }
    return eagerly("cpu", () => {
      const precisionAt = (at: Tensor, given: unknown[]) =>
        hessian((vector: Tensor) => potential(this.model, given, this.discover(given), vector))(at);
      const factor = inverseFactor(runAtOnce(precisionAt, [loc, args]));
      // The run within the Hessian left values of a graph behind.
      this.discover(args);
      if (!factor) {
        throw new Error(
          "Cannot approximate the posterior: the Hessian at the parameters given is not positive definite; train until the loss " +
            "no longer falls, with a decreasing learning rate",
        );
      }
      return this.#posterior = new MultivariateNormal(loc, { scaleTril: toTensor(factor) });
    });
  }
}

/**
 * Throws where a mode, as far as its numbers are known, is not the one that a normal was put at.
 */
function checkMode(loc: Tensor, { loc: mode }: MultivariateNormal): void {
  const found = knownValues(loc), expected = mode.dataSync();
  const differs = (x: number, i: number) => Math.abs(x - expected[i]) > 1e-5 * (1 + Math.abs(expected[i]));
  if (!found || (found.length === expected.length && !Array.from(found).some(differs))) return;
  throw new Error(
    "Cannot use AutoLaplace: its normal was put at other parameters than those given; call laplaceApproximation with these",
  );
}
