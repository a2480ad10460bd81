import { compileOptionNames, eagerly, signatureOf } from "../../compile/internals.ts";
import type { CompileOptions } from "../../compile/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { type Key, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import { isLoss, type Loss, lossFunction, optimiserFor } from "../elbo/loss.ts";
import { TraceELBO } from "../elbo/trace_elbo.ts";
import { constrained } from "../latent/mod.ts";
import { isOptimiser, type Optimiser } from "../optim/optimiser.ts";
import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { type Arguments, argumentsAt, steadyArguments } from "../stepping/mod.ts";
import { checkSteps, steppingOptionNames, type SteppingOptions } from "../stepping/mod.ts";
import type { Coupling } from "../stein/coupling.ts";
import { checkFinite } from "./failure.ts";
import type { TrainingSetup } from "../objective/parameters.ts";
import type { SVIState } from "./state.ts";
import { CompiledUpdates } from "./updates.ts";

/** Options of a run of training, beside those of `compile`. */
export interface TrainingOptions extends CompileOptions, SteppingOptions {
  /** Goes on from this state: its key counts, and the key given to `run` is not used. */
  state?: SVIState;
}

const optionNames: OptionNames<TrainingOptions> = {
  ...compileOptionNames,
  ...steppingOptionNames,
  state: true,
};

/** The result of `SVI.run`. */
export interface SVIResult {
  /** The state to go on from. */
  readonly state: SVIState;
  /** The loss before each update. */
  readonly losses: Float64Array;
  /** The parameters by name, constrained. */
  readonly params: Record<string, Tensor>;
}

/** The result of a training before its parameters are asked for, which are new tensors. */
type Trained = Omit<SVIResult, "params"> & { params(): SVIResult["params"] };

/** The base of `SVI` and its relatives. It keeps compiled updates, by signature, and no state. */
export abstract class Trainer {
  readonly #setup: TrainingSetup;
  readonly #updates = new Map<string, CompiledUpdates>();
  /** @internal The updates that were compiled or found last. */
  protected latest: CompiledUpdates | undefined;
  /** @internal The number of trainings side by side; undefined: one. */
  protected readonly members: number | undefined = undefined;
  /** @internal The number of Workers for them; undefined: as many as pay. */
  protected readonly numWorkers: number | undefined = undefined;

  /**
   * Puts together a training.
   *
   * @param model a function with sample sites
   * @param guide a function with a sample site for each latent one of the model
   * @param optimiser such as `adam({ lr: 0.02 })`
   * @param loss such as `new TraceELBO()` (the default), or a function of key, model, guide and
   * arguments
   * @param options how it is compiled; `axes` names axes of the model's arguments that may change
   * length
   * @param couple for members that move together
   */
  constructor(
    model: AnyFunction,
    guide: AnyFunction,
    optimiser: Optimiser,
    loss: Loss = new TraceELBO(),
    private readonly options: CompileOptions = {},
    couple?: Coupling,
  ) {
    const fail = (why: string): never => {
      throw new Error(`Cannot make ${new.target.name}: ${why}`);
    };
    if (typeof model !== "function") fail(`the model is ${typeof model}, expected a function`);
    if (typeof guide !== "function") fail(`the guide is ${typeof guide}, expected a function`);
    if (!isOptimiser(optimiser)) {
      fail("the optimiser needs functions init and update, such as adam({ lr: 0.01 }) has");
    }
    if (!isLoss(loss)) fail("the loss must be a function, or have one named loss, such as new TraceELBO()");
    checkOptions(`make ${new.target.name}`, options, compileOptionNames);
    const shared = { model, guide, optimiser: optimiserFor(loss, optimiser), loss: lossFunction(loss) };
    this.#setup = couple ? { ...shared, couple } : shared;
  }

  /** @internal Finds the updates for arguments of this signature, or compiles them. */
  protected updatesFor(args: readonly unknown[], options: CompileOptions = this.options): CompiledUpdates {
    const signature = signatureOf(args, options.axes) + JSON.stringify(options);
    let updates = this.#updates.get(signature);
    if (!updates) {
      updates = new CompiledUpdates(this.#setup, args, options, this.members);
      this.#updates.set(signature, updates);
    }
    return this.latest = updates;
  }

  /**
   * Makes the state before the first step: first values of the parameters, found by tracing model
   * and guide and running only what those values depend on.
   *
   * @param key the source of all randomness of the training
   * @param args the arguments of model and guide
   *
   * Throws (rejects) where sites of guide and model do not match, where observations of this batch
   * lie outside the support (in loops and later batches, `run` does), where shapes do not fit, and
   * where there is no parameter.
   */
  async init(key: Key, ...args: unknown[]): Promise<SVIState> {
    const updates = this.updatesFor(args);
    return updates.stateAt(await updates.start(key, args));
  }

  /**
   * Returns the parameters of a state, constrained, as eager tensors by name.
   * @throws Error before model and guide were traced by init or run.
   */
  getParams(state: SVIState): Record<string, Tensor> {
    if (this.latest) return paramsOf(this.latest, state);
    throw new Error("Cannot read parameters: the model has not been traced yet; call init or run first");
  }

  /** @internal Trains from a state, else a key; the losses of all members lie step by step. */
  protected async train(
    key: Key | undefined,
    steps: number,
    args: Arguments = [],
    given?: TrainingOptions,
  ): Promise<Trained> {
    checkOptions("train", given, optionNames);
    const { state: from, progress, chunk, signal, ...compileOptions } = given ?? {};
    checkSteps(steps, chunk);
    const options = { ...this.options, ...compileOptions }, begin = from?.step ?? 0;
    const steady = steadyArguments(args, begin, options.axes), first = argumentsAt(steady, begin);
    const updates = this.updatesFor(first, options);
    const start = from ? updates.resume(from) : await updates.start(key, first);
    const { end, losses } = await updates.run(
      start,
      steady,
      steps,
      { progress, chunk, signal, numWorkers: this.numWorkers },
      (call, newest) =>
        // A member that fails leaves the others be.
        this.members ? undefined : checkFinite(updates, call, newest, start.key, steady),
    );
    const state = updates.stateAt(end);
    return { state, losses: Float64Array.from(losses), params: () => paramsOf(updates, state) };
  }

  /** Frees the compiled programs, once the runs that are under way have ended. */
  async release(): Promise<void> {
    const all = [...this.#updates.values()];
    this.#updates.clear();
    for (const updates of all) await updates.release();
  }
}

/** Returns the parameters of a state, constrained, as eager tensors by name. */
function paramsOf({ layout, setup, args }: CompiledUpdates, state: SVIState): Record<string, Tensor> {
  const { params, members } = layout,
    all = () => [...params.keys()].map((name) => [name, toTensor(state.params[name])]);
  const values = () =>
    constrained(Object.fromEntries(all()), params, [setup.guide, setup.model], args, members);
  return eagerly(tf.getBackend(), () => tf.tidy(values));
}
