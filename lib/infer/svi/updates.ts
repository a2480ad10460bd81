import { foldInStep } from "../../compile/internals.ts";
import { compile, type Compiled, type CompileOptions, valueAndGrad, vmap } from "../../compile/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { allFinite, finiteMean } from "../../statistics/mod.ts";
import { type HostArray, type Key, random, type Tensor } from "../../tensor/mod.ts";
import { lossAt, type LossSetup } from "../objective/loss_at.ts";
import { firstSlots } from "../optim/first_slots.ts";
import { ruleOf, type Tensors, type UpdateRule } from "../optim/optimiser.ts";
import { StepScalars } from "../optim/step_scalars.ts";
import { Coupled } from "../stein/coupling.ts";
import { type Arguments, type Step, type StepCall, StepLoop } from "../stepping/mod.ts";
import type { SteppingOptions, StepRun } from "../stepping/mod.ts";
import { ParameterLayout } from "./layout.ts";
import { findParameters, type FirstValues, splitKey, type TrainingSetup } from "../objective/parameters.ts";
import { checkSlots, checkState, type SVIState } from "./state.ts";

/** The training state as the loop carries it: parameters and the optimiser's memory, by pack. */
export interface Carry<T = HostArray> {
  readonly packs: Record<string, T>;
  readonly slots: Tensors;
}

type Floats = Float32Array | Float64Array;

/** A place in a training: the carry before a step, and the key of all steps. */
export interface Position extends Pick<SVIState, "step" | "key"> {
  readonly carry: Carry;
}

/** The name of the axis of trainings side by side. */
const MEMBERS = "_members";

/** Returns whether a program is generated here: code for any number of members. */
const isGenerated = ({ engine = "auto", device = "cpu" }: CompileOptions): boolean =>
  device === "cpu" && ["auto", "js", "wasm"].includes(engine);

/** Returns the loss as a function of blocks of unconstrained parameters. */
export function lossOfBlocks(setup: LossSetup, layout: ParameterLayout) {
  return (blocks: Tensor[][], key: Key, args: readonly unknown[]): Tensor => {
    const pieces = layout.pieces(blocks);
    return lossAt(
      setup,
      ({ name, constraint }) => pieces.get(name)?.(constraint) ?? isNew(name),
      key,
      args,
    );
  };
}

function isNew(name: string): never {
  throw new Error(
    `Cannot train parameter "${name}": it was not there when the state was made; a model has the same ` +
      "parameters at every call",
  );
}

/** The updates of a training on arguments of one signature, as compiled programs. */
export class CompiledUpdates {
  /** The places of the parameters. */
  readonly layout: ParameterLayout;
  readonly #coupled: Coupled | undefined;
  readonly #rule: UpdateRule;
  readonly #scalars: StepScalars;
  readonly #firstValues: FirstValues;
  readonly #many: StepLoop<Carry>;
  readonly #single: StepLoop<Carry>;
  readonly #loss: Compiled<AnyFunction>;
  /** An optimiser's memory by parameter, to hold others against. */
  #slotsLike: unknown;

  /**
   * Traces the loss for its parameters.
   *
   * @param args examples of the arguments of model and guide
   * @param members the number of trainings side by side; undefined: one
   */
  constructor(
    readonly setup: TrainingSetup,
    readonly args: readonly unknown[],
    options: CompileOptions,
    private readonly members?: number,
  ) {
    const { params, firstValues } = findParameters(setup, args, options.axes, members);
    const { dtype = "float32", axes = null, fission = "inner" } = options, rule = ruleOf(setup.optimiser);
    const Floats = dtype === "float64" ? Float64Array : Float32Array;
    const layout = new ParameterLayout(params, Floats, rule.label?.bind(rule), members);
    const coupled = this.#coupled = setup.couple && new Coupled(layout, setup.couple);
    const lossAt = lossOfBlocks(setup, layout), scalars = new StepScalars(rule, dtype);
    [this.layout, this.#rule, this.#scalars, this.#firstValues] = [layout, rule, scalars, firstValues];

    const update = ({ packs, slots }: Carry<Tensor>, own: Tensors, given: unknown[], key: Key) => {
      const { value, grad } = valueAndGrad(lossAt)(layout.split(packs), key, given);
      const [next, after] = rule.apply(layout.join(grad), slots, packs, own);
      return [{ packs: next, slots: after }, value] as [Carry<Tensor>, Tensor];
    };
    const step: Step = (carry, inputs, given, key, root) => {
      const own = scalars.insert(inputs);
      if (members === undefined) return update(carry, own, given, key);
      // A key is folded with the member's number first and the step's last: that of a training of
      // its own.
      const forStep = (k: Key) => foldInStep(splitKey(k)[1]);
      if (!coupled) return vmap((c: Carry<Tensor>, k: Key) => update(c, own, given, forStep(k)))(carry, root);
      const { value, grad } = vmap((packs: Tensors, k: Key) => {
        const { value, grad } = valueAndGrad(lossAt)(layout.split(packs), forStep(k), given);
        return { value, grad: layout.join(grad) };
      })(carry.packs, root);
      const apply = (grad: Tensors, { packs, slots }: Carry<Tensor>) => rule.apply(grad, slots, packs, own);
      const [packs, slots] = vmap(apply)(coupled.directions(carry.packs, grad, own), carry);
      return [{ packs: coupled.shared(packs), slots }, value];
    };
    const inputs = (first: number, count: number) => scalars.at(first, count);
    const lead = members !== undefined && !coupled && isGenerated(options) ? MEMBERS : undefined;
    this.#many = new StepLoop({ ...options, fission, step, inputs, lead });
    // The keys of members take a loop, if only of one turn.
    this.#single = members ? this.#many : new StepLoop({ ...options, step, inputs, isSingle: true });
    this.#loss = compile<AnyFunction>(
      (packs: Record<string, Tensor>, given: unknown[], key: Key) => lossAt(layout.split(packs), key, given),
      { ...options, axes: [null, axes, null] },
    );
  }

  /** Returns the place before the first step: first values of the parameters, from a key. */
  async start(key: Key | undefined, args: readonly unknown[]): Promise<Position> {
    if (!(key instanceof random.ThreefryKey)) {
      throw new Error("Cannot initialise: expected a key as the first argument, such as random.key(0)");
    }
    const [forInit, forSteps] = this.members === undefined ? splitKey(key) : [key, key];
    const values = await this.#firstValues(forInit, args);
    for (const [name, { data }] of Object.entries(values)) {
      if (allFinite(data)) continue;
      const bad = data.find((x) => !Number.isFinite(x));
      throw new Error(
        `Cannot initialise parameter "${name}": its first value, unconstrained, is ${bad}; start inside its ` +
          "constraint, not at its edge",
      );
    }
    this.#coupled?.share(values);
    const packs = this.layout.pack(values);
    return { step: 0, key: forSteps.data, carry: { packs, slots: this.#firstSlots(packs) } };
  }

  #firstSlots(packs: Readonly<Record<string, HostArray>>): unknown {
    return firstSlots(this.#rule, packs, this.members !== undefined, this.layout.Floats);
  }

  /** Returns the place that a state is of. Throws where the state is of another training. */
  resume(state: SVIState): Position {
    checkState(state, this.layout);
    const packs = this.layout.pack(state.params);
    // Of which only the form counts, the same for all states.
    this.#slotsLike ??= this.layout.unpackSlots(this.#firstSlots(packs));
    checkSlots(state.optimiser, this.#slotsLike);
    const { step, key } = state;
    return { step, key, carry: { packs, slots: this.layout.packSlots(state.optimiser) } };
  }

  /** Returns the state at a place: copies, by parameter. */
  stateAt({ step, key, carry: { packs, slots } }: Position): SVIState {
    const { layout } = this;
    return { step, key, params: layout.unpack(packs), optimiser: layout.unpackSlots(slots) };
  }

  /**
   * Trains from a place on, whose arrays are used up.
   *
   * @param check is told of each call and its losses; what it throws ends the training
   * @returns the place that it came to, and the losses of all members, step by step
   */
  async run(
    { step, key, carry }: Position,
    args: Arguments,
    steps: number,
    options: SteppingOptions & Pick<StepRun<Carry>, "numWorkers">,
    check: (call: StepCall<Carry>, losses: Floats) => Promise<void> | undefined,
  ): Promise<{ end: Position; losses: Floats }> {
    const { members } = this, size = members ?? 1, losses = new this.layout.Floats(steps * size);
    const part = (done: number, count: number) => losses.subarray(done * size, (done + count) * size);
    const { carry: last, done } = await (typeof args === "function" ? this.#single : this.#many).run({
      ...options,
      carry,
      first: step,
      steps,
      args,
      key: random.keyFromData(key),
      output: (done, count) => ({ data: part(done, count), shape: members ? [count, members] : [count] }),
      after: async (call) => {
        const newest = part(call.first - step, call.count);
        await check(call, newest);
        return finiteMean(newest);
      },
    });
    return { end: { step: step + done, key, carry: last }, losses: part(0, done) };
  }

  /** Returns the loss at a state, with the noise of its next step. */
  async lossAt(state: SVIState, args: readonly unknown[]): Promise<number> {
    checkState(state, this.layout);
    const key = random.keyFromData(state.key).foldIn(state.step);
    const { data } = await this.#loss.arrays(this.layout.pack(state.params), [...args], key);
    return data[0];
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    for (const held of [this.#many, this.#single, this.#loss, this.#scalars]) await held.release();
  }
}
