import { eagerly, foldInStep, tfjsEngine } from "../../compile/internals.ts";
import {
  compile,
  type Compiled,
  type CompileOptions,
  Program,
  type Traced,
  valueAndGrad,
  vmap,
} from "../../compile/mod.ts";
import { transformTo } from "../../distributions/mod.ts";
import { type AnyFunction, around, type Handler, type ParamMessage } from "../../ppl/mod.ts";
import {
  type HostArray,
  isHostArray,
  isTensor,
  type Key,
  mapTree,
  random,
  type Tensor,
  tidily,
  toTensor,
} from "../../tensor/mod.ts";
import { ruleOf, type Tensors, type UpdateRule } from "../optim/optimiser.ts";
import { StepScalars } from "../optim/step_scalars.ts";
import { type Arguments, type Step, StepLoop, type StepRun } from "../stepping/mod.ts";
import { ParameterLayout } from "./layout.ts";
import { findParameters, splitKey, type TrainingSetup } from "./parameters.ts";
import { checkSlots, checkState, type SVIState } from "./state.ts";

/** The training state as the loop carries it: parameters and the optimiser's memory, by pack. */
export interface Carry {
  readonly packs: Record<string, HostArray>;
  readonly slots: unknown;
}

/** The same within a trace. */
interface TracedCarry {
  readonly packs: Record<string, Tensor>;
  readonly slots: Tensors;
}

/** A place in a training: the carry before a step, and the key of all steps. */
export interface Position extends Pick<SVIState, "step" | "key"> {
  readonly carry: Carry;
}

/** Returns the loss as a function of blocks of unconstrained parameters. */
export function lossOfBlocks({ loss, model, guide }: TrainingSetup, layout: ParameterLayout) {
  return (blocks: Tensor[][], key: Key, args: readonly unknown[]): Tensor => {
    const pieces = layout.pieces(blocks), values = new Map<string, Tensor>();
    const param = (message: ParamMessage) => {
      const { name, constraint } = message, piece = pieces.get(name);
      if (!piece) {
        throw new Error(
          `Cannot train parameter "${name}": it was not there when the state was made; a model has the same ` +
            "parameters at every call",
        );
      }
      const value = values.get(name) ??
        (piece.isConstrained ? piece.tensor : transformTo(constraint).forward(piece.tensor));
      values.set(name, message.value = value);
    };
    const handler: Handler = { label: "SVI", process: { param } };
    return loss(key, around(model, () => handler), around(guide, () => handler), args).reshape([]);
  };
}

/** The updates of a training on arguments of one signature, as compiled programs. */
export class CompiledUpdates {
  /** The places of the parameters. */
  readonly layout: ParameterLayout;
  readonly #rule: UpdateRule;
  readonly #scalars: StepScalars;
  readonly #traced: Traced;
  #firstValues: Promise<Program> | undefined;
  readonly #many: StepLoop<Carry>;
  readonly #single: StepLoop<Carry>;
  readonly #loss: Compiled<AnyFunction>;

  /**
   * Traces the loss for its parameters.
   *
   * @param args examples of the arguments of model and guide
   * @param members the number of trainings side by side; undefined: one
   */
  constructor(
    setup: TrainingSetup,
    args: readonly unknown[],
    options: CompileOptions,
    private readonly members?: number,
  ) {
    const { params, initial } = findParameters(setup, args, options.axes, members);
    const { dtype = "float32", axes = null, fission = "inner" } = options, rule = ruleOf(setup.optimiser);
    const Floats = dtype === "float64" ? Float64Array : Float32Array;
    const layout = new ParameterLayout(params, Floats, rule.label?.bind(rule), members);
    const lossAt = lossOfBlocks(setup, layout), scalars = new StepScalars(rule, dtype);
    [this.layout, this.#rule, this.#scalars, this.#traced] = [layout, rule, scalars, initial];

    const update = ({ packs, slots }: TracedCarry, own: Tensors, given: unknown[], key: Key) => {
      const { value, grad } = valueAndGrad(lossAt)(layout.split(packs), key, given);
      const [next, after] = rule.apply(layout.join(grad), slots, packs, own);
      return [{ packs: next, slots: after }, value] as [TracedCarry, Tensor];
    };
    const step: Step = (carry, inputs, given, key, root) => {
      const own = scalars.insert(inputs);
      if (members === undefined) return update(carry, own, given, key);
      // The key of a step is folded with the member's number first and with the step's last, so that
      // it is that of a training of its own.
      const ofMember = (c: TracedCarry, k: Key) => update(c, own, given, foldInStep(splitKey(k)[1]));
      return vmap(ofMember)(carry, root);
    };
    const inputs = (first: number, count: number) => scalars.at(first, count);
    this.#many = new StepLoop({ ...options, fission, step, inputs });
    // The keys of members take a loop, if only of one turn.
    this.#single = members ? this.#many : new StepLoop({ ...options, step, inputs, isSingle: true });
    this.#loss = compile<AnyFunction>(
      (packs: Record<string, Tensor>, given: unknown[], key: Key) => lossAt(layout.split(packs), key, given),
      { ...options, axes: [null, axes, null] },
    );
  }

  /** Returns the place before the first step: first values of the parameters, from a key. */
  async start(key: Key, args: readonly unknown[]): Promise<Position> {
    if (!(key instanceof random.ThreefryKey)) {
      throw new Error("Cannot initialise: expected a key as the first argument, such as random.key(0)");
    }
    const [forInit, forSteps] = this.members === undefined ? splitKey(key) : [key, key];
    const program = await (this.#firstValues ??= Program.load(this.#traced, tfjsEngine, {
      precision: "float32",
      device: "cpu",
      threads: 0,
    }));
    const values = await eagerly("cpu", () => program.call(forInit, args));
    const first = this.layout.params.map(({ name, unconstrainedShape }): [string, HostArray] => {
      const data = this.layout.Floats.from(values[name].data), bad = data.find((x) => !Number.isFinite(x));
      if (bad !== undefined) {
        throw new Error(
          `Cannot initialise parameter "${name}": its first value, unconstrained, is ${bad}; start inside its ` +
            "constraint, not at its edge",
        );
      }
      return [name, { data, shape: this.layout.shape(unconstrainedShape) }];
    });
    const packs = this.layout.pack(Object.fromEntries(first));
    return { step: 0, key: forSteps.data, carry: { packs, slots: this.#firstSlots(packs) } };
  }

  /** Returns the optimiser's memory before the first update, by pack. */
  #firstSlots(packs: Readonly<Record<string, HostArray>>): unknown {
    const { Floats } = this.layout, init = (own: Tensors) => this.#rule.init(own);
    const arrayOf = (t: Tensor) => ({ data: Floats.from(t.dataSync()), shape: t.shape.slice() });
    return eagerly("cpu", () =>
      tidily(() => {
        const slots = (this.members ? vmap(init) : init)(mapTree(packs, isHostArray, toTensor));
        return mapTree(slots, isTensor, arrayOf);
      }));
  }

  /** Returns the place that a state is of. Throws where the state is of another training. */
  resume(state: SVIState): Position {
    checkState(state, this.layout);
    const packs = this.layout.pack(state.params);
    checkSlots(state.optimiser, this.layout.unpackSlots(this.#firstSlots(packs)));
    const { step, key } = state;
    return { step, key, carry: { packs, slots: this.layout.packSlots(state.optimiser) } };
  }

  /** Returns the state at a place: copies, by parameter. */
  stateAt({ step, key, carry: { packs, slots } }: Position): SVIState {
    const { layout } = this;
    return { step, key, params: layout.unpack(packs), optimiser: layout.unpackSlots(slots) };
  }

  /** Trains from a place on, whose arrays are used up; returns the place that it came to. */
  async run(
    { step, key, carry }: Position,
    args: Arguments,
    run: Omit<StepRun<Carry>, keyof Position | "first" | "args">,
  ): Promise<Position> {
    const loop = typeof args === "function" ? this.#single : this.#many;
    const end = await loop.run({ ...run, carry, args, first: step, key: random.keyFromData(key) });
    return { step: step + end.done, key, carry: end.carry };
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
