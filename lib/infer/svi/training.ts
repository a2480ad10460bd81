import {
  compile,
  type Compiled,
  type CompileOptions,
  type Program,
  scan,
  valueAndGrad,
  vmap,
} from "../../compile/mod.ts";
import { eagerly, foldInStep, isLeaf } from "../../compile/internals.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import {
  constant,
  flatten,
  type HostArray,
  isHostArray,
  Key,
  mapTree,
  random,
  type Tensor,
  tf,
  tidily,
  toHostArray,
  unflatten,
} from "../../tensor/mod.ts";
import type { LossFunction } from "../elbo/loss.ts";
import { type Optimiser, ruleOf } from "../optim/optimiser.ts";
import { Chunks } from "./chunks.ts";
import { blocksOf, joinBlocks, type Layout } from "./layout.ts";
import { objective } from "./objective.ts";
import { packSlots, packValues, toArrays, unpackSlots, unpackValues } from "./pack.ts";
import { Schedule, split } from "./schedule.ts";
import type { SVIState } from "./state.ts";
import { keysOf } from "./keys.ts";

/** What training compiles: the same for all states. */
export interface Setting {
  readonly loss: LossFunction;
  readonly model: AnyFunction;
  readonly guide: AnyFunction;
  readonly optimiser: Optimiser;
  readonly layout: Layout;
  readonly options: CompileOptions;
}

/** The training state as the loop carries it. */
interface Carry {
  packs: Record<string, HostArray>;
  slots: unknown;
}

/** The same within a trace. */
type TracedCarry = { packs: Record<string, Tensor>; slots: unknown };

/** One call of many steps. */
export interface Call {
  /** Where it starts among the steps of this run. */
  readonly first: number;
  /** How many steps it took. */
  readonly count: number;
  /** Whether the state after it has neither NaN nor infinities. */
  readonly isFinite: boolean;
  /** The state before one of its steps, found by running up to there again. */
  stateBefore(index: number): Promise<SVIState>;
}

const isFinite = (carry: Carry): boolean =>
  flatten(carry, isHostArray).leaves.every(({ data }) => data.every(Number.isFinite));

/** Updates as compiled programs: many steps are one call, `scan(update, state)`. */
export class Training {
  readonly #Floats: Float32ArrayConstructor | Float64ArrayConstructor;
  readonly #schedule: Schedule;
  readonly #objective: ReturnType<typeof objective>;
  #steps: Compiled<AnyFunction> | undefined;
  #step: Compiled<AnyFunction> | undefined;
  #loss: Compiled<AnyFunction> | undefined;
  readonly #chunks = new Chunks();

  constructor(private readonly setting: Setting) {
    const { loss, model, guide, layout, options, optimiser } = setting;
    const dtype = options.dtype ?? "float32";
    this.#Floats = dtype === "float64" ? Float64Array : Float32Array;
    this.#schedule = new Schedule(ruleOf(optimiser), dtype);
    this.#objective = objective(loss, model, guide, layout);
  }

  /** What the optimiser remembers before the first update, by parameter. */
  initialSlots(params: Readonly<Record<string, HostArray>>): unknown {
    return unpackSlots(
      this.setting.layout,
      this.#initialSlots(packValues(this.setting.layout, params, this.#Floats)),
    );
  }

  #initialSlots(packs: Record<string, HostArray>): unknown {
    const { optimiser, layout: { members } } = this.setting, Floats = this.#Floats, rule = ruleOf(optimiser);
    const init = members === undefined ? rule.init.bind(rule) : vmap((own: unknown) => rule.init(own));
    return eagerly("cpu", () =>
      tidily(() => {
        const tensors = mapTree(packs, isHostArray, (array: HostArray) => toEager(array));
        return toArrays(init(tensors), Floats);
      }));
  }

  /** @param given the state; its arrays are copied */
  pack({ params, optimiser }: SVIState): Carry {
    const { layout } = this.setting, packs = packValues(layout, params, this.#Floats);
    return { packs, slots: packSlots(layout, optimiser, this.#initialSlots(packs), this.#Floats) };
  }

  unpack({ packs, slots }: Carry, state: SVIState, step: number): SVIState {
    const { layout } = this.setting;
    return {
      step,
      key: state.key,
      params: unpackValues(layout, packs),
      optimiser: unpackSlots(layout, slots),
    };
  }

  /** One update: the state after it and the loss before it. */
  #update(
    { packs, slots }: TracedCarry,
    scalars: unknown,
    given: readonly unknown[],
    key: Key,
  ): [TracedCarry, Tensor] {
    const { layout, optimiser } = this.setting;
    const { value, grad } = valueAndGrad(this.#objective)(blocksOf(layout, packs), key, given);
    const [next, after] = ruleOf(optimiser).apply(joinBlocks(layout, grad), slots, packs, scalars);
    return [{ packs: next, slots: after }, value];
  }

  /** One update of each member, with keys that begin like that of a training of its own. */
  #updateAll(
    carry: TracedCarry,
    scalars: unknown,
    given: readonly unknown[],
    key: Key,
  ): [TracedCarry, Tensor] {
    // The key of a step is folded with the member's number first and with the step's own number
    // last.
    const ofMember = (own: TracedCarry, memberKey: Key) =>
      this.#update(own, scalars, given, foldInStep(keysOf(memberKey)[1]));
    return vmap(ofMember)(carry, key);
  }

  /** Many updates on the same arguments: a loop. */
  async #loadLoop(carry: Carry, scalars: unknown, args: readonly unknown[], key: Key): Promise<Program> {
    const { options, layout } = this.setting, { varying, merge } = split(scalars);
    this.#steps ??= compile(
      (start: unknown, xs: { steps: Tensor; scalars: Tensor[] }, given: unknown[], k: Key) => {
        return scan(
          (state: TracedCarry, x: { steps: Tensor; scalars: Tensor[] }, stepKey?: Key) => {
            const ofStep = merge(x.scalars, constant);
            return layout.members === undefined
              ? this.#update(state, ofStep, given, stepKey!)
              : this.#updateAll(state, ofStep, given, k);
          },
          start as TracedCarry,
          xs,
          { key: k },
        );
      },
      {
        ...options,
        fission: options.fission ?? "inner",
        axes: [null, { steps: [STEPS], scalars: varying.map(() => [STEPS]) }, options.axes ?? null, null],
      },
    );
    return await this.#steps.program(
      carry,
      { steps: stepsArray(1), scalars: varying.map((_, i) => ({ ...varying[i] })) },
      args,
      key,
    );
  }

  /** One update on arguments of its own: no loop around it, which would copy the state in and out. */
  async #loadStep(carry: Carry, scalars: unknown, args: readonly unknown[], key: Key): Promise<Program> {
    const { options } = this.setting, { varying, merge } = split(scalars);
    this.#step ??= compile(
      (start: unknown, xs: Tensor[], given: unknown[], k: Key) => {
        const [next, loss] = this.#update(
          start as TracedCarry,
          merge(xs.map((x) => x.reshape([])), constant),
          given,
          k,
        );
        return [next, loss.reshape([1])];
      },
      { ...options, axes: [null, null, options.axes ?? null, null] },
    );
    return await this.#step.program(carry, varying, args, key);
  }

  /**
   * Trains for a number of steps.
   *
   * @param args the arguments, or a function that gives those of a step: then each step is a call
   * of its own
   * @param losses is filled, step by step with those of all members
   * @param report is told after every call; what it throws ends the training, `true` stops it
   */
  async run(
    state: SVIState,
    args: Arguments,
    steps: number,
    chunk: number | undefined,
    losses: Float32Array | Float64Array,
    report: (call: Call) => void | boolean | Promise<void | boolean>,
  ): Promise<SVIState> {
    const key = random.keyFromData(state.key), each = typeof args === "function" ? args : undefined;
    const fixed = each ? undefined : hostArgs(args as readonly unknown[]);
    const { members } = this.setting.layout, perStep = members ?? 1;
    // Members draw by their numbers, then by the step's: that takes a loop, if only of one turn.
    const alone = each !== undefined && members === undefined;
    let carry = this.pack(state), program: Program | undefined, spare: HostArray[] | undefined, done = 0;
    /** Runs some steps; returns the seconds that took, without loading. */
    const call = async (
      from: Carry,
      first: number,
      count: number,
      into: HostArray[],
      out: HostArray,
    ): Promise<number> => {
      const scalars = await this.#schedule.at(first, count), { varying } = split(scalars);
      const data = fixed ?? hostArgs(each!(first));
      if (alone) program ??= await this.#loadStep(from, scalars, data, key);
      else program ??= await this.#loadLoop(from, scalars, data, key);
      const given = alone ? varying : { steps: stepsArray(count), scalars: varying };
      const inputs = flatten([from, given, data], isHostArray).leaves;
      const start = performance.now();
      // The noise of a step comes from the key folded with its number, in the loop and without it.
      const own = alone ? key.foldIn(first) : key;
      // The state stays where the engine runs, until somebody looks at it.
      await program.run(inputs, [own], {
        outputs: [...into, out],
        firstStep: alone ? 0 : first,
        stay: true,
      });
      program.fetch([out]);
      return (performance.now() - start) / 1000;
    };
    const lossesAt = (data: HostArray["data"], count: number): HostArray => ({
      data,
      shape: members === undefined ? [count] : [count, members],
    });
    const asCarry = (like: Carry, leaves: readonly HostArray[]): Carry =>
      unflatten(like, isHostArray, leaves);
    while (done < steps) {
      const count = each ? 1 : this.#chunks.next(program, steps - done, chunk);
      const before = flatten(carry, isHostArray).leaves;
      spare ??= before.map(({ data, shape }) => ({ data: data.slice(), shape: shape.slice() }));
      const first = state.step + done, from = carry;
      const out = lossesAt(losses.subarray(done * perStep, (done + count) * perStep), count);
      const seconds = await call(from, first, count, spare, out);
      this.#chunks.took(program!, count, seconds);
      carry = asCarry(from, spare);
      spare = before;
      const wayBack = async (index: number): Promise<SVIState> => {
        if (index === 0) {
          program!.fetch(before);
          return this.unpack(from, state, first);
        }
        const into = before.map(({ data, shape }) => ({ data: data.slice(), shape: shape.slice() }));
        await call(from, first, index, into, lossesAt(this.losses(index * perStep), index));
        program!.fetch(into);
        return this.unpack(asCarry(from, into), state, first + index);
      };
      done += count;
      // Between the steps of a stream the losses tell; to look at all numbers would take a tenth of
      // a step.
      const isLooked = !each || done >= steps;
      if (isLooked) program!.fetch(flatten(carry, isHostArray).leaves);
      const finite = isLooked ? isFinite(carry) : true;
      const summary: Call = { first: done - count, count, isFinite: finite, stateBefore: wayBack };
      if (await report(summary) === true) break;
    }
    // Those of the state before too, so that nothing stays behind on the device.
    program?.fetch([...flatten(carry, isHostArray).leaves, ...spare ?? []]);
    return this.unpack(carry, state, state.step + done);
  }

  /** The loss at a state, with the noise of its next step. */
  async loss(state: SVIState, args: readonly unknown[]): Promise<number> {
    const { layout, options } = this.setting, evaluateAt = this.#objective;
    this.#loss ??= compile(
      (packs: Record<string, Tensor>, given: unknown[], k: Key) =>
        evaluateAt(blocksOf(layout, packs), k, given),
      { ...options, axes: [null, options.axes ?? null, null] },
    );
    const result: HostArray = await this.#loss.arrays(
      packValues(layout, state.params, this.#Floats),
      hostArgs(args),
      random.keyFromData(state.key).foldIn(state.step),
    );
    return result.data[0];
  }

  /** An array for so many losses. */
  losses(count: number): Float32Array | Float64Array {
    return new this.#Floats(count);
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    await this.#steps?.release();
    await this.#step?.release();
    await this.#loss?.release();
    await this.#schedule.release();
  }
}

/** What model and guide are called with: the same at every step, or given for each by its number. */
export type Arguments = readonly unknown[] | ((step: number) => readonly unknown[]);

const STEPS = "_steps";

/** An axis to loop over; what stands in it nobody reads. */
const stepsArray = (count: number): HostArray => ({ data: new Float32Array(count), shape: [count] });

const toEager = ({ data, shape }: HostArray): Tensor => tf.tensor(Float32Array.from(data), shape, "float32");

/** Tensors among arguments as arrays: they are read once, not at every call. */
export function hostArgs(args: readonly unknown[]): unknown[] {
  return mapTree([...args], (v: unknown): v is unknown => isLeaf(v), (leaf) => {
    if (leaf instanceof Key || isHostArray(leaf)) return leaf;
    return toHostArray(leaf as Tensor);
  });
}
