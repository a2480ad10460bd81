import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { compileOptionNames } from "../../compile/internals.ts";
import type { CompileOptions } from "../../compile/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { formatShape, type HostArray, isHostArray, type Key, mapTree, random } from "../../tensor/mod.ts";
import type { Loss } from "../elbo/loss.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import type { Arguments } from "../stepping/mod.ts";
import { splitKey } from "../objective/parameters.ts";
import type { SVIState } from "./state.ts";
import { type SVIResult, Trainer, type TrainingOptions } from "./trainer.ts";

/** Options of `SVIEnsemble`: those of `compile`, and the number of its members. */
export interface EnsembleOptions extends CompileOptions {
  /** The number of trainings side by side. */
  members: number;
  /**
   * The number of Workers that members are shared out to, 0 for none (default: as many as
   * processors, for runs that turn out to be worth it). Numbers do not change. Only generated
   * programs (engines js and wasm) are sent there, with the same arguments at every step.
   */
  numWorkers?: number;
}

const optionNames: OptionNames<EnsembleOptions> = { ...compileOptionNames, members: true, numWorkers: true };

/** The result of `SVIEnsemble.run`: the members lie first in all arrays and parameters. */
export interface EnsembleResult extends Pick<SVIResult, "state" | "params"> {
  /** The loss of each member before each update, shape [steps, members]. */
  readonly losses: { readonly data: Float64Array; readonly shape: readonly [steps: number, members: number] };
  /** The members that met NaN or infinities, with the first step whose loss was not finite. */
  readonly diverged: readonly { readonly member: number; readonly step: number }[];
}

/**
 * Independent trainings of one model side by side, in one graph: many seeds of a small experiment
 * in little more time than one takes, as `vmap` over `SVI.run` in NumPyro. Member `m` has the
 * parameters that `SVI.run` gives with the key `key.foldIn(m)`, up to rounding. With engines js and
 * wasm it has the same bits however many members there are beside it.
 *
 * A member that diverges does not stop the others: it is listed, and its numbers are NaN from then
 * on.
 *
 * @example Three estimates of one mean
 * ```ts
 * import assert from "node:assert/strict";
 * import { adam, AutoNormal, key, Normal, sample, SVIEnsemble } from "@pyrosaur/pyrosaur";
 *
 * const mean = () => sample("mean", new Normal(0, 10));
 * const model = () => void sample("x", new Normal(mean(), 1), { obs: 2 });
 * const guide = new AutoNormal(model), options = { members: 3 };
 * const ensemble = new SVIEnsemble(model, guide, adam({ lr: 0.05 }), undefined, options);
 * const { params, losses } = await ensemble.run(key(0), 500);
 * assert.deepEqual(params.mean_auto_loc.shape, [3]);
 * assert.deepEqual(losses.shape, [500, 3]);
 * ```
 */
export class SVIEnsemble extends Trainer {
  /** The number of trainings side by side. */
  override readonly members: number;
  /** @internal */
  protected override readonly numWorkers: number | undefined;

  /**
   * Puts together the trainings, as `SVI` does one.
   * @throws Error unless `members` is a positive integer, and `numWorkers` one of at least 0.
   */
  constructor(
    model: AnyFunction,
    guide: AnyFunction,
    optimiser: Optimiser,
    loss: Loss | undefined,
    options: EnsembleOptions,
  ) {
    checkOptions("make SVIEnsemble", options, optionNames);
    const { members, numWorkers, ...compileOptions } = options ?? {};
    const fail = (name: string, found: unknown, expected: string): never => {
      throw new Error(`Cannot make SVIEnsemble: ${name} is ${shown(found)}, expected ${expected}`);
    };
    if (!(Number.isSafeInteger(members) && members > 0)) fail("members", members, "a positive integer");
    if (numWorkers !== undefined && !(Number.isSafeInteger(numWorkers) && numWorkers >= 0)) {
      fail("numWorkers", numWorkers, "an integer of at least 0");
    }
    super(model, guide, optimiser, loss, compileOptions);
    this.members = members;
    this.numWorkers = numWorkers;
  }

  /**
   * Trains all members for a number of steps, as `SVI.run` does with one.
   *
   * @param key the source of all randomness: member `m` has `key.foldIn(m)`
   * @param steps the number of updates
   * @param args the arguments of model and guide, the same for all members; or a function from the
   * number of a step to that step's
   *
   * Throws (rejects) as `init` does; not for members that diverge.
   */
  async run(
    key: Key,
    steps: number,
    args?: Arguments,
    options?: TrainingOptions,
  ): Promise<EnsembleResult> {
    const { members } = this, { state, losses, params } = await this.train(key, steps, args, options);
    const done = losses.length / members, first = state.step - done;
    const rows = Array.from({ length: done }, (_, i) => losses.subarray(i * members, (i + 1) * members));
    const diverged = Array.from({ length: members }, (_, member) => {
      const row = rows.findIndex((row) => !Number.isFinite(row[member]));
      return row < 0 ? [] : [{ member, step: first + row }];
    }).flat();
    return { state, params: params(), losses: { data: losses, shape: [done, members] }, diverged };
  }

  /**
   * Returns the state of one member: `SVI` goes on with it alone.
   *
   * @param state a state of this ensemble
   * @param index the number of the member
   * @throws Error where there is no such member.
   */
  member(state: SVIState, index: number): SVIState {
    const { members } = this;
    if (!(Number.isInteger(index) && index >= 0 && index < members)) {
      throw new Error(`Cannot take member ${index}: there are ${members}, counted from 0`);
    }
    const slice = ({ data, shape }: HostArray): HostArray => {
      const [count, ...rest] = shape, size = data.length / members;
      if (count === members) return { data: data.slice(index * size, (index + 1) * size), shape: rest };
      throw new Error(
        `Cannot take a member: an array of the state has shape ${formatShape(shape)}, expected ${members} ` +
          "members first",
      );
    };
    const [, { data: key }] = splitKey(random.keyFromData(state.key).foldIn(index));
    const [params, optimiser] = mapTree([state.params, state.optimiser], isHostArray, slice);
    return { step: state.step, key, params, optimiser };
  }
}
