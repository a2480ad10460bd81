import type { CompileOptions } from "../../compile/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import {
  flatten,
  type HostArray,
  isHostArray,
  type Key,
  mapTree,
  random,
  type Tensor,
} from "../../tensor/mod.ts";
import type { Loss } from "../elbo/loss.ts";
import { TraceELBO } from "../elbo/trace_elbo.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { keysOf } from "./keys.ts";
import type { SVIState } from "./state.ts";
import { type RunOptions, Trainer } from "./trainer.ts";
import type { Arguments } from "./training.ts";

/** How `SVIEnsemble` compiles, as `SVI`, and how many members it has. */
export interface EnsembleOptions extends CompileOptions {
  /** How many are trained side by side. */
  members: number;
}

/** What `SVIEnsemble.run` gives. */
export interface EnsembleResult {
  /** The state to go on from; the members lie along the first axis of its arrays. */
  readonly state: SVIState;
  /** The loss of each member before each update, shape [steps, members]. */
  readonly losses: { readonly data: Float64Array; readonly shape: readonly [steps: number, members: number] };
  /** The parameters by name, constrained, with the members along the first axis. */
  readonly params: Record<string, Tensor>;
  /** The members that met NaN or infinities in this run, each with the first step whose loss was not finite. */
  readonly diverged: readonly { readonly member: number; readonly step: number }[];
}

/**
 * Independent trainings of one model side by side, in one graph: many seeds of a small experiment
 * in little more time than one takes, as `vmap` over `SVI.run` in NumPyro. Member `m` has the
 * parameters that `SVI.run` gives with the key `key.foldIn(m)`, up to rounding.
 *
 * A member that diverges does not stop the others: it is listed, and its numbers are NaN from then
 * on.
 *
 * @example Three estimates of one mean
 * ```ts
 * import assert from "node:assert/strict";
 * import { adam, AutoNormal, key, Normal, plate, sample, SVIEnsemble, type Tensor, tf } from "@pyrosaur/pyrosaur";
 *
 * function model(x: Tensor) {
 *   const mean = sample("mean", new Normal(0, 10));
 *   using _data = plate("data", x.shape[0]);
 *   sample("x", new Normal(mean, 1), { obs: x });
 * }
 * const ensemble = new SVIEnsemble(model, new AutoNormal(model), adam({ lr: 0.05 }), undefined, { members: 3 });
 * const { params, losses } = await ensemble.run(key(0), 500, [tf.tensor([1, 3])]);
 * assert.deepEqual(params.mean_auto_loc.shape, [3]);
 * assert.deepEqual(losses.shape, [500, 3]);
 * ```
 */
export class SVIEnsemble {
  readonly #trainer: Trainer;

  /**
   * Puts together what is trained.
   *
   * @param model a function with sample sites
   * @param guide a function with a sample site for each latent one of the model
   * @param optimiser such as `adam({ lr: 0.02 })`
   * @param loss such as `new TraceELBO()` (the default), or a function of key, model, guide and
   * arguments
   * @param options how many members there are, and how it is compiled
   * @throws Error unless `members` is a positive integer.
   */
  constructor(
    model: AnyFunction,
    guide: AnyFunction,
    optimiser: Optimiser,
    loss: Loss = new TraceELBO(),
    options: EnsembleOptions,
  ) {
    const { members, ...compileOptions } = options ?? {};
    if (!(Number.isSafeInteger(members) && members > 0)) {
      throw new Error(`Cannot make SVIEnsemble: members is ${members}, expected a positive integer`);
    }
    this.#trainer = new Trainer("SVIEnsemble", model, guide, optimiser, loss, compileOptions, members);
  }

  /** How many members there are. */
  get members(): number {
    return this.#trainer.members!;
  }

  /**
   * The state before the first step, as `SVI.init` gives it for each member.
   *
   * @param key the source of all randomness: member `m` has `key.foldIn(m)`
   * @param args the arguments of model and guide, the same for all members
   */
  async init(key: Key, ...args: unknown[]): Promise<SVIState> {
    return await this.#trainer.init(key, args);
  }

  /**
   * The parameters of a state, constrained, as eager tensors by name.
   * @throws Error before model and guide were traced by init or run.
   */
  getParams(state: SVIState): Record<string, Tensor> {
    return this.#trainer.getParams(state);
  }

  /**
   * Trains all members for a number of steps, as `SVI.run` does with one.
   *
   * @param key the source of all randomness: member `m` has `key.foldIn(m)`
   * @param steps how many updates
   * @param args the arguments of model and guide, the same for all members; or a function from the
   * number of a step to that step's Throws (rejects) as `SVI.init` does; not for members that
   * diverge.
   */
  async run(
    key: Key,
    steps: number,
    args: Arguments = [],
    options: RunOptions = {},
  ): Promise<EnsembleResult> {
    const { members } = this, diverged = new Map<number, number>();
    const { losses, ...rest } = await this.#trainer.run(key, steps, args, options, ({ losses, step }) => {
      losses.forEach((loss, i) => {
        const member = i % members;
        if (Number.isFinite(loss) || diverged.has(member)) return;
        diverged.set(member, step + Math.floor(i / members));
      });
    });
    return {
      ...rest,
      losses: { data: losses, shape: [losses.length / members, members] },
      diverged: [...diverged].map(([member, step]) => ({ member, step })),
    };
  }

  /**
   * The state of one member: `SVI` goes on with it alone.
   *
   * @param state a state of this ensemble
   * @param index which member
   * @throws Error where there is no such member.
   */
  member(state: SVIState, index: number): SVIState {
    const { members } = this;
    if (!(Number.isInteger(index) && index >= 0 && index < members)) {
      throw new Error(`Cannot take member ${index}: there are ${members}, counted from 0`);
    }
    const of = ({ data, shape }: HostArray): HostArray => {
      const size = data.length / members;
      return { data: data.slice(index * size, (index + 1) * size), shape: shape.slice(1) };
    };
    const bad = flatten([state.params, state.optimiser], isHostArray).leaves.find((a) =>
      a.shape[0] !== members
    );
    if (bad) {
      throw new Error(
        `Cannot take a member: an array of the state has shape [${bad.shape}], expected ${members} members first`,
      );
    }
    const [, forSteps] = keysOf(random.keyFromData(state.key).foldIn(index));
    return {
      step: state.step,
      key: forSteps.data,
      params: mapTree(state.params, isHostArray, of) as SVIState["params"],
      optimiser: mapTree(state.optimiser, isHostArray, of),
    };
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    await this.#trainer.release();
  }
}
