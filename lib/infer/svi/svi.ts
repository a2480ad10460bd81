import type { CompileOptions } from "../../compile/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import type { Loss } from "../elbo/loss.ts";
import { TraceELBO } from "../elbo/trace_elbo.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { failure } from "./failure.ts";
import type { SVIState } from "./state.ts";
import { type CallLosses, type RunOptions, Trainer } from "./trainer.ts";
import type { Arguments } from "./training.ts";

/** How `SVI` compiles; see `compile`. `axes` names axes of the model's arguments that may change length. */
export type SVIOptions = CompileOptions;

/** What `SVI.run` gives. */
export interface SVIResult {
  /** The state to go on from. */
  readonly state: SVIState;
  /** The loss before each update. */
  readonly losses: Float64Array;
  /** The parameters by name, constrained. */
  readonly params: Record<string, Tensor>;
}

/**
 * Stochastic variational inference: fits the parameters of a model and a guide by gradient steps on
 * a loss, as Pyro's and NumPyro's SVI. It compiles: the parameters are found by tracing model and
 * guide once, and `run` takes many steps in one call of the engine. The state goes in and comes
 * out; nothing is kept in between but compiled programs.
 *
 * @example A mean from two observations
 * ```ts
 * import assert from "node:assert/strict";
 * import { adam, AutoNormal, key, Normal, plate, sample, SVI, type Tensor, tf } from "@pyrosaur/pyrosaur";
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
export class SVI {
  readonly #trainer: Trainer;

  /**
   * Puts together what is trained.
   *
   * @param model a function with sample sites
   * @param guide a function with a sample site for each latent one of the model
   * @param optimiser such as `adam({ lr: 0.02 })`
   * @param loss such as `new TraceELBO()` (the default), or a function of key, model, guide and
   * arguments
   * @param options how it is compiled
   */
  constructor(
    readonly model: AnyFunction,
    readonly guide: AnyFunction,
    readonly optimiser: Optimiser,
    loss: Loss = new TraceELBO(),
    options: SVIOptions = {},
  ) {
    this.#trainer = new Trainer("SVI", model, guide, optimiser, loss, options);
  }

  /**
   * The state before the first step: first values of the parameters, found by tracing model and
   * guide and running only what those values depend on.
   *
   * @param key the source of all randomness of the training
   * @param args the arguments of model and guide Throws (rejects) where sites of guide and model do
   * not match, where observations lie outside the support, where shapes do not fit, and where there
   * is no parameter.
   */
  async init(key: Key, ...args: unknown[]): Promise<SVIState> {
    return await this.#trainer.init(key, args);
  }

  /** One update. Returns the state after it and the loss before it. */
  async step(state: SVIState, ...args: unknown[]): Promise<[state: SVIState, loss: number]> {
    const { state: next, losses } = await this.#run(undefined, 1, args, { state, progress: false });
    return [next, losses[0]];
  }

  /** The loss at a state, with the noise that its next step has. Changes nothing. */
  async evaluate(state: SVIState, ...args: unknown[]): Promise<number> {
    return await this.#trainer.evaluate(state, args);
  }

  /**
   * The parameters of a state, constrained, as eager tensors by name.
   * @throws Error before model and guide were traced by init, step, evaluate or run.
   */
  getParams(state: SVIState): Record<string, Tensor> {
    return this.#trainer.getParams(state);
  }

  /**
   * Trains for a number of steps; many of them are one call of the engine. The noise of step s
   * depends on the key and on s alone, so runs resumed or cut differently give the same numbers,
   * bit for bit.
   *
   * @param key the source of all randomness
   * @param steps how many updates
   * @param args the arguments of model and guide; or a function from the number of a step to that
   * step's, for mini-batches. Their shapes may differ along the axes named in the options, and each
   * such step is a call of its own Throws (rejects) as `init` does, and with a `NonFiniteError`
   * that names step and site where the loss or a parameter becomes NaN or infinite; the state
   * before that step is its `state`.
   */
  async run(
    key: Key,
    steps: number,
    args: Arguments = [],
    options: RunOptions = {},
  ): Promise<SVIResult> {
    return await this.#run(key, steps, args, options);
  }

  #run(key: Key | undefined, steps: number, args: Arguments, options: RunOptions): Promise<SVIResult> {
    return this.#trainer.run(key!, steps, args, options, (call) => this.#check(call));
  }

  /** Throws where a step has failed. */
  async #check(call: CallLosses): Promise<void> {
    const { losses, layout, args } = call, bad = losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad < 0 && call.isFinite) return;
    throw await failure(
      { loss: this.#trainer.loss, model: this.model, guide: this.guide, layout },
      args,
      call,
      bad < 0 ? undefined : { index: bad, loss: losses[bad] },
    );
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    await this.#trainer.release();
  }
}
