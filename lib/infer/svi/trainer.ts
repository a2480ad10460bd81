import { type CompileOptions, Program } from "../../compile/mod.ts";
import { eagerly, isLeaf, signatureOf, tfjsEngine } from "../../compile/internals.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { flatten, type HostArray, Key, random, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import { type Loss, type LossFunction, lossFunction } from "../elbo/loss.ts";
import { isFixed } from "../../distributions/mod.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { type Progress, progressOf } from "../../system/mod.ts";
import { discover, type Discovery, transformOf } from "./discover.ts";
import { keysOf } from "./keys.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { withMembers } from "./pack.ts";
import { checkState, type SVIState } from "./state.ts";
import { type Arguments, type Call, hostArgs, Training } from "./training.ts";

/** Options of a run of training. */
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

/** What belongs to arguments of one signature. */
interface Entry {
  readonly discovery: Discovery;
  readonly layout: Layout;
  readonly training: Training;
  /** The computation of first values, once it was asked for. */
  initial?: Promise<Program>;
}

/** A call of many steps, with what a look at its losses needs. */
export interface CallLosses extends Call {
  /** The losses of its steps. */
  readonly losses: Float32Array | Float64Array;
  readonly layout: Layout;
  /** The arguments at its first step. */
  readonly args: readonly unknown[];
  /** The number of that step. */
  readonly step: number;
}

/** What training came to. */
export interface Trained {
  readonly state: SVIState;
  /** Those of all steps, one behind the other. */
  readonly losses: Float64Array;
  readonly params: Record<string, Tensor>;
}

/** What `SVI` and `SVIEnsemble` are made of: parameters found by tracing, first values, compiled training, kept by signature. */
export class Trainer {
  readonly loss: LossFunction;
  readonly #entries = new Map<string, Entry>();
  #latest: Layout | undefined;

  /** @param members how many members are trained side by side; undefined: one alone, whose arrays have no axis of members */
  constructor(
    name: string,
    readonly model: AnyFunction,
    readonly guide: AnyFunction,
    readonly optimiser: Optimiser,
    loss: Loss,
    readonly options: CompileOptions,
    readonly members?: number,
  ) {
    if (typeof model !== "function") {
      throw new Error(`Cannot make ${name}: the model is ${typeof model}, expected a function`);
    }
    if (typeof guide !== "function") {
      throw new Error(`Cannot make ${name}: the guide is ${typeof guide}, expected a function`);
    }
    if (typeof optimiser?.init !== "function" || typeof optimiser.update !== "function") {
      throw new Error(
        `Cannot make ${name}: the optimiser needs functions init and update, such as adam({ lr: 0.01 }) has`,
      );
    }
    this.loss = lossFunction(loss);
    if (typeof this.loss !== "function") {
      throw new Error(
        `Cannot make ${name}: the loss must be a function, or have one named loss, such as new TraceELBO()`,
      );
    }
  }

  #entry(args: readonly unknown[], options: CompileOptions): Entry {
    const signature = signatureOf(args, options.axes) + JSON.stringify(options);
    let entry = this.#entries.get(signature);
    if (!entry) {
      const { loss, model, guide, optimiser, members } = this;
      const discovery = discover(loss, model, guide, random.key(0), args, options.axes, members);
      if (discovery.params.length === 0) {
        throw new Error(
          "Cannot train: neither the model nor the guide has a parameter; register one with param, or use an automatic guide",
        );
      }
      const layout = layoutOf(discovery.params, optimiser.rule?.label?.bind(optimiser.rule), members);
      const training = new Training({ loss, model, guide, optimiser, layout, options });
      this.#entries.set(signature, entry = { discovery, layout, training });
    }
    this.#latest = entry.layout;
    return entry;
  }

  /** The state before the first step. */
  async init(key: Key, args: readonly unknown[], options: CompileOptions = this.options): Promise<SVIState> {
    if (!(key instanceof random.ThreefryKey)) {
      throw new Error("Cannot initialise: expected a key as the first argument, such as random.key(0)");
    }
    const entry = this.#entry(args, options), { discovery: { params, initial }, training, layout } = entry;
    const [forInit, forSteps] = this.members === undefined ? keysOf(key) : [key, key];
    const program = await (entry.initial ??= Program.load(initial, tfjsEngine, {
      precision: "float32",
      device: "cpu",
      threads: 0,
    }));
    const { leaves } = flatten([forInit, args], isLeaf);
    const keys = leaves.filter((leaf): leaf is Key => leaf instanceof Key);
    const arrays = hostArgs(leaves.filter((leaf) => !(leaf instanceof Key))) as HostArray[];
    const values = program.rebuild(await eagerly("cpu", () => program.run(arrays, keys)));
    const Floats = options.dtype === "float64" ? Float64Array : Float32Array;
    const first: Record<string, HostArray> = Object.fromEntries(params.map(({ name, unconstrainedShape }) => {
      const data = Floats.from((values[name] as HostArray).data);
      const bad = data.find((x) => !Number.isFinite(x));
      if (bad !== undefined) {
        throw new Error(
          `Cannot initialise parameter "${name}": its first value, unconstrained, is ${bad}; start inside its constraint, not ` +
            "at its edge",
        );
      }
      return [name, { data, shape: withMembers(layout, unconstrainedShape) }];
    }));
    return { step: 0, key: forSteps.data, params: first, optimiser: training.initialSlots(first) };
  }

  /** The loss at a state with the noise of its next step. */
  async evaluate(state: SVIState, args: readonly unknown[]): Promise<number> {
    const { training, layout } = this.#entry(args, this.options);
    checkState(state, layout);
    return await training.loss(state, args);
  }

  /** The parameters of a state, constrained, as eager tensors by name. */
  getParams(state: SVIState): Record<string, Tensor> {
    const layout = this.#latest;
    if (!layout) {
      throw new Error("Cannot read parameters: the model has not been traced yet; call init or run first");
    }
    return eagerly(tf.getBackend(), () =>
      tf.tidy(() =>
        Object.fromEntries(
          [...layout.params.values()].map(({ name, constraint }) => {
            if (!isFixed(constraint)) {
              throw new Error(
                `Cannot read parameter "${name}" outside the model: its constraint ${constraint} depends on the arguments`,
              );
            }
            return [name, transformOf(constraint).forward(toTensor(state.params[name]))];
          }),
        )
      ));
  }

  /**
   * Trains from a state, or from the first one.
   *
   * @param look is told after every call of the engine; what it throws ends the training
   */
  async run(
    key: Key,
    steps: number,
    args: Arguments,
    { state, progress = true, chunk, signal, ...compileOptions }: RunOptions,
    look: (call: CallLosses) => void | Promise<void>,
  ): Promise<Trained> {
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
    const options = { ...this.options, ...compileOptions };
    const start = state ?? await this.init(key, argsAt(args, 0), options);
    const { training, layout } = this.#entry(argsAt(args, start.step), options);
    checkState(start, layout);
    const { members = 1 } = this, losses = training.losses(steps * members);
    const tell = progressOf(progress), began = performance.now();
    const end = await training.run(start, args, steps, chunk, losses, async (call) => {
      const { first, count } = call, step = start.step + first;
      const newest = losses.subarray(first * members, (first + count) * members);
      await look({ ...call, losses: newest, layout, step, args: argsAt(args, step) });
      const seconds = (performance.now() - began) / 1000;
      tell({ done: first + count, total: steps, seconds, loss: meanOf(newest) });
      return signal?.aborted;
    });
    return {
      state: end,
      losses: Float64Array.from(losses.subarray(0, (end.step - start.step) * members)),
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

/** The mean of those that are finite. */
function meanOf(values: ArrayLike<number>): number {
  let total = 0, count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    total += values[i];
    count++;
  }
  return total / count;
}
