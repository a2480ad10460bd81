import type { Key } from "../../tensor/mod.ts";
import type { Arguments } from "../stepping/mod.ts";
import type { SVIState } from "./state.ts";
import { type SVIResult, Trainer, type TrainingOptions } from "./trainer.ts";

/**
 * Stochastic variational inference: fits the parameters of a model and a guide by gradient steps on
 * a loss, as Pyro's and NumPyro's SVI. It compiles: the parameters are found by tracing model and
 * guide once, and `run` takes many steps in one call of the engine. The state goes in and comes
 * out; nothing is kept in between but compiled programs.
 *
 * @example A mean from two observations
 * ```ts
 * import assert from "node:assert/strict";
 * import { key, Normal, plate, sample, type Tensor, tf } from "@pyrosaur/pyrosaur";
 * import { adam, AutoNormal, SVI } from "@pyrosaur/pyrosaur/infer";
 *
 * function model(x: Tensor) {
 *   const mean = sample("mean", new Normal(0, 10));
 *   using _data = plate("data", x.shape[0]);
 *   sample("x", new Normal(mean, 1), { obs: x });
 * }
 * const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.05 }));
 * const { params } = await svi.run(key(0), 1000, [tf.tensor([1, 3])]);
 * assert.ok(Math.abs(params.mean_auto_loc.dataSync()[0] - 2) < 0.3);
 * ```
 */
export class SVI extends Trainer {
  /**
   * Trains for a number of steps; many of them are one call of the engine. The noise of step s
   * depends on the key and on s alone, so runs resumed or cut differently give the same numbers,
   * bit for bit.
   *
   * @param key the source of all randomness
   * @param steps the number of updates
   * @param args the arguments of model and guide; or a function from the number of a step to that
   * step's, for mini-batches. Their shapes may differ along the axes named in the options, and each
   * such step is a call of its own
   *
   * Throws (rejects) as `init` does, and with a `NonFiniteError` that names step and site where the
   * loss or a parameter becomes NaN or infinite; the state before that step is its `state`.
   */
  async run(
    key: Key,
    steps: number,
    args?: Arguments,
    options?: TrainingOptions,
  ): Promise<SVIResult> {
    const { params, ...trained } = await this.train(key, steps, args, options);
    return { ...trained, params: params() };
  }

  /** Takes one update. Returns the state after it and the loss before it. */
  async step(state: SVIState, ...args: unknown[]): Promise<[state: SVIState, loss: number]> {
    const { state: next, losses } = await this.train(undefined, 1, args, { state, progress: false });
    return [next, losses[0]];
  }

  /** Returns the loss at a state, with the noise that its next step has. Changes nothing. */
  async evaluate(state: SVIState, ...args: unknown[]): Promise<number> {
    return await this.updatesFor(args).lossAt(state, args);
  }
}
