import type { CompileOptions } from "../../compile/mod.ts";
import { Program } from "../../compile/program.ts";
import { eagerly } from "../../compile/trace/context.ts";
import { isLeaf, signatureOf } from "../../compile/trace/trace.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { flatten, type HostArray, Key, random, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import { type Loss, type LossFunction, lossFunction } from "../elbo/loss.ts";
import { TraceELBO } from "../elbo/trace_elbo.ts";
import { isFixed } from "../fixed.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { type Progress, progressOf } from "../progress.ts";
import { discover, type Discovery, transformOf } from "./discover.ts";
import { failure } from "./failure.ts";
import { interpreter } from "./interpreter.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { checkState, type SVIState } from "./state.ts";
import { type Arguments, hostArgs, Training } from "./training.ts";

/** How `SVI` compiles; see `compile`. `axes` names axes of the model's arguments that may change length. */
export type SVIOptions = CompileOptions;

/** Options of `SVI.run`. */
export interface RunOptions extends CompileOptions {
  /** Goes on from this state: its key counts, and the key given to `run` is not used. */
  state?: SVIState;
  /** A progress bar on standard error (default true; drawn only on a terminal), or a function that receives reports. */
  progress?: boolean | Progress;
  /** How many steps one call of the engine takes (default: about a quarter of a second's worth). Does not change results. */
  chunk?: number;
  /** Ends the run early, between two calls. */
  signal?: AbortSignal;
}

/** What `SVI.run` gives. */
export interface SVIResult {
  /** The state to go on from. */
  readonly state: SVIState;
  /** The loss before each update. */
  readonly losses: Float64Array;
  /** The parameters by name, constrained. */
  readonly params: Record<string, Tensor>;
}

/** What belongs to arguments of one signature. */
interface Entry {
  readonly discovery: Discovery;
  readonly layout: Layout;
  readonly training: Training;
  /** The computation of first values, once it was asked for. */
  initial?: Promise<Program>;
}

/**
 * Stochastic variational inference: fits the parameters of a model and a guide by gradient steps on a loss, as Pyro's and
 * NumPyro's SVI. It compiles: the parameters are found by tracing model and guide once, and `run` takes many steps in one
 * call of the engine. The state goes in and comes out; nothing is kept in between but compiled programs.
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
  readonly #loss: LossFunction;
  readonly #entries = new Map<string, Entry>();
  #latest: Layout | undefined;

  /**
   * Puts together what is trained.
   *
   * @param model a function with sample sites
   * @param guide a function with a sample site for each latent one of the model
   * @param optimiser such as `adam({ lr: 0.02 })`
   * @param loss such as `new TraceELBO()` (the default), or a function of key, model, guide and arguments
   * @param options how it is compiled
   */
  constructor(
    readonly model: AnyFunction,
    readonly guide: AnyFunction,
    readonly optimiser: Optimiser,
    loss: Loss = new TraceELBO(),
    private readonly options: SVIOptions = {},
  ) {
    if (typeof model !== "function") {
      throw new Error(`Cannot make SVI: the model is ${typeof model}, expected a function`);
    }
    if (typeof guide !== "function") {
      throw new Error(`Cannot make SVI: the guide is ${typeof guide}, expected a function`);
    }
    if (typeof optimiser?.init !== "function" || typeof optimiser.update !== "function") {
      throw new Error(
        "Cannot make SVI: the optimiser needs functions init and update, such as adam({ lr: 0.01 }) has",
      );
    }
    this.#loss = lossFunction(loss);
    if (typeof this.#loss !== "function") {
      throw new Error(
        "Cannot make SVI: the loss must be a function, or have one named loss, such as new TraceELBO()",
      );
    }
  }

  #entry(args: readonly unknown[], options: CompileOptions): Entry {
    const signature = signatureOf(args, options.axes) + JSON.stringify(options);
    let entry = this.#entries.get(signature);
    if (!entry) {
      const { model, guide, optimiser } = this;
      const discovery = discover(this.#loss, model, guide, random.key(0), args, options.axes);
      if (discovery.params.length === 0) {
        throw new Error(
          "Cannot train: neither the model nor the guide has a parameter; register one with param, or use an automatic guide",
        );
      }
      const layout = layoutOf(discovery.params, optimiser.rule?.label?.bind(optimiser.rule));
      const training = new Training({
        loss: this.#loss,
        model,
        guide,
        optimiser,
        layout,
        options,
        hasLoops: discovery.hasLoops,
      });
      this.#entries.set(signature, entry = { discovery, layout, training });
    }
    this.#latest = entry.layout;
    return entry;
  }

  /**
   * The state before the first step: first values of the parameters, found by tracing model and guide and running only what
   * those values depend on.
   *
   * @param key the source of all randomness of the training
   * @param args the arguments of model and guide
   * Throws (rejects) where sites of guide and model do not match, where observations lie outside the support, where shapes
   * do not fit, and where there is no parameter.
   */
  async init(key: Key, ...args: unknown[]): Promise<SVIState> {
    return await this.#init(key, args, this.options);
  }

  async #init(key: Key, args: readonly unknown[], options: CompileOptions): Promise<SVIState> {
    if (!(key instanceof random.ThreefryKey)) {
      throw new Error("Cannot initialise: expected a key as the first argument, such as random.key(0)");
    }
    const entry = this.#entry(args, options), [forInit, forSteps] = key.split(2);
    const { discovery: { params, initial }, training } = entry;
    const program = await (entry.initial ??= Program.load(initial, interpreter, {
      precision: "float32",
      device: "cpu",
      threads: 0,
    }));
    const leaves = flatten([forInit, args], isLeaf).leaves.filter((leaf) => !(leaf instanceof Key));
    const keys = flatten([forInit, args], isLeaf).leaves.filter((leaf): leaf is Key => leaf instanceof Key);
    const values = program.rebuild(
      await eagerly("cpu", () => program.run(hostArgs(leaves) as HostArray[], keys)),
    );
    const asDtype = options.dtype === "float64" ? Float64Array : Float32Array;
    const first: Record<string, HostArray> = Object.fromEntries(params.map(({ name, unconstrainedShape }) => {
      const data = asDtype.from((values[name] as HostArray).data),
        bad = data.findIndex((x) => !Number.isFinite(x));
      if (bad >= 0) {
        throw new Error(
          `Cannot initialise parameter "${name}": its first value, unconstrained, is ${
            data[bad]
          }; start inside its constraint, not at ` +
            "its edge",
        );
      }
      return [name, { data, shape: unconstrainedShape.slice() }];
    }));
    return { step: 0, key: forSteps.data, params: first, optimiser: training.initialSlots(first) };
  }

  /** One update. Returns the state after it and the loss before it. */
  async step(state: SVIState, ...args: unknown[]): Promise<[state: SVIState, loss: number]> {
    const { state: next, losses } = await this.#run(state, 1, args, this.options, {});
    return [next, losses[0]];
  }

  /** The loss at a state, with the noise that its next step has. Changes nothing. */
  async evaluate(state: SVIState, ...args: unknown[]): Promise<number> {
    const { training, discovery } = this.#entry(args, this.options);
    checkState(state, discovery.params);
    return await training.loss(state, args);
  }

  /**
   * The parameters of a state, constrained, as eager tensors by name.
   * @throws Error before model and guide were traced by init, step, evaluate or run.
   */
  getParams(state: SVIState): Record<string, Tensor> {
    const layout = this.#latest;
    if (!layout) {
      throw new Error("Cannot read parameters: the model has not been traced yet; call init or run first");
    }
    return eagerly(tf.getBackend(), () =>
      Object.fromEntries(
        [...layout.params.values()].map(({ name, constraint }) => {
          if (!isFixed(constraint)) {
            throw new Error(
              `Cannot read parameter "${name}" outside the model: its constraint ${constraint} depends on the arguments`,
            );
          }
          return [name, transformOf(constraint).forward(toTensor(state.params[name]))];
        }),
      ));
  }

  /**
   * Trains for a number of steps; many of them are one call of the engine. The noise of step s depends on the key and on s
   * alone, so runs resumed or cut differently give the same numbers, bit for bit.
   *
   * @param key the source of all randomness
   * @param steps how many updates
   * @param args the arguments of model and guide; or a function from the number of a step to that step's, for mini-batches. Their
   * shapes may differ along the axes named in the options, and each such step is a call of its own
   * Throws (rejects) as `init` does, and with a `NonFiniteError` that names step and site where the loss or a parameter becomes
   * NaN or infinite; the state before that step is its `state`.
   */
  async run(
    key: Key,
    steps: number,
    args: Arguments = [],
    options: RunOptions = {},
  ): Promise<SVIResult> {
    const { state, progress, chunk, signal, ...compileOptions } = options;
    if (!Number.isSafeInteger(steps) || steps < 0) {
      throw new Error(`Cannot train for ${steps} steps: expected a non-negative integer`);
    }
    if (chunk !== undefined && !(Number.isSafeInteger(chunk) && chunk > 0)) {
      throw new Error(`Cannot train with chunk ${chunk}: expected a positive integer`);
    }
    if (!Array.isArray(args) && typeof args !== "function") {
      throw new Error(
        "Cannot train: the arguments of the model must be given as a list, or as a function from a step to its list",
      );
    }
    const merged = { ...this.options, ...compileOptions };
    const start = state ?? await this.#init(key, argsAt(args, 0), merged);
    return await this.#run(start, steps, args, merged, { progress: progress ?? true, chunk, signal });
  }

  async #run(
    state: SVIState,
    steps: number,
    args: Arguments,
    options: CompileOptions,
    { progress = false, chunk, signal }: Pick<RunOptions, "progress" | "chunk" | "signal">,
  ): Promise<SVIResult> {
    const { training, discovery, layout } = this.#entry(argsAt(args, state.step), options);
    checkState(state, discovery.params);
    const losses = training.losses(steps), tell = progressOf(progress), began = performance.now();
    const end = await training.run(state, args, steps, chunk, losses, async (call) => {
      const { first, count } = call, newest = losses.subarray(first, first + count);
      const bad = newest.findIndex((loss) => !Number.isFinite(loss));
      if (bad >= 0 || !call.isFinite) {
        throw await failure(
          { loss: this.#loss, model: this.model, guide: this.guide, layout },
          argsAt(args, state.step + first),
          call,
          bad < 0 ? undefined : { index: bad, loss: newest[bad] },
        );
      }
      tell({
        done: first + count,
        total: steps,
        seconds: (performance.now() - began) / 1000,
        loss: meanOf(newest),
      });
      return signal?.aborted;
    });
    return {
      state: end,
      losses: Float64Array.from(losses.subarray(0, end.step - state.step)),
      params: this.getParams(end),
    };
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    for (const { training } of this.#entries.values()) await training.release();
    this.#entries.clear();
  }
}

const argsAt = (args: Arguments, step: number): readonly unknown[] =>
  typeof args === "function" ? args(step) : args;

function meanOf(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total / values.length;
}
