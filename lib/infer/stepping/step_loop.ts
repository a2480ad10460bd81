import { compileFor } from "../../compile/internals.ts";
import { type AnyFunction, type Compiled, type CompileOptions, scan } from "../../compile/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, mapTree } from "../../tensor/mod.ts";
import { type Tensor, unflatten } from "../../tensor/mod.ts";
import { CallsUnderWay, type Progress, progressOf } from "../../system/mod.ts";
import { type Arguments, argumentsAt, hostArguments } from "./arguments.ts";
import { Pace } from "./pace.ts";
import { flushSubnormals, stepsBetweenFlushes } from "./subnormals.ts";

/**
 * One traced step: from the carry, the step's own inputs and the arguments to the next carry and
 * the step's output. Its key is the root key, folded with the number of the step.
 */
export type Step = (carry: any, inputs: Tensor[], args: unknown[], key: Key, root: Key) => [any, Tensor];

/** The computation that a `StepLoop` compiles. */
export interface StepLoopSpec extends CompileOptions {
  /** One step. */
  readonly step: Step;
  /** Inputs of `count` steps from step `first` on, which lie along the first axis. */
  inputs(first: number, count: number): Promise<readonly HostArray[]>;
  /**
   * True where a call is one step without a loop around it (default false), which would copy the
   * carry in and out: for arguments that differ from step to step.
   */
  readonly isSingle?: boolean;
  /**
   * The name of the first axis of all arrays of the carry, where the program is to be the same for
   * every length of it: what lies at one place of the axis then has the same bits at every length.
   */
  readonly lead?: string;
}

/** One call of the program, of many steps. */
export interface StepCall<Carry> {
  /** The number of its first step. */
  readonly first: number;
  /** The number of its steps. */
  readonly count: number;
  /**
   * Tells whether all numbers of the carry after it are finite, where the engine has them, until
   * the next call; undefined between the steps of a stream.
   */
  readonly isFinite: (() => boolean) | undefined;
  /** Brings the carry after it here; else it stays where the engine runs. */
  carry(): Carry;
  /** Finds the carry before one of its steps, by running up to there again. */
  carryBefore(index: number): Promise<Carry>;
}

/** Options of every computation in steps. */
export interface SteppingOptions {
  /** A progress bar on standard error (default true), or a function that receives reports. */
  progress?: boolean | Progress;
  /**
   * The steps of one call of the engine (default: those of 40 ms, after which other tasks of the
   * process get a turn; of 0.25 s with XLA, which runs beside them). Results do not change.
   */
  chunk?: number;
  /** Ends the run early, between two calls; one that is aborted already, before the first. */
  signal?: AbortSignal;
}

/** A run of a `StepLoop`. */
export interface StepRun<Carry> extends SteppingOptions {
  /** The carry before the first step. Its arrays are used up. */
  readonly carry: Carry;
  /** The number of the first step. */
  readonly first: number;
  /** The number of steps. */
  readonly steps: number;
  readonly args: Arguments;
  readonly key: Key;
  /** Returns the array for the outputs of `count` steps, `done` steps after the first. */
  output(done: number, count: number): HostArray;
  /** Sees each call, and returns the loss that progress shows; what it throws ends the run. */
  after(call: StepCall<Carry>): number | undefined | Promise<number | undefined>;
}

const STEPS = "_steps";
const copyOf = ({ data, shape }: HostArray): HostArray => ({ data: data.slice(), shape: shape.slice() });
/** Returns room for an array like another. */
const roomFor = ({ data, shape }: HostArray): HostArray => ({
  data: new (data.constructor as new (length: number) => HostArray["data"])(data.length),
  shape: shape.slice(),
});
/** An axis to loop over, whose values nobody reads. */
const stepAxis = (count: number): HostArray => ({ data: new Float32Array(count), shape: [count] });

/** A loop as it is loaded, with the runs of it that are under way. */
interface Loaded {
  readonly calls: CallsUnderWay;
  compiled?: Compiled<AnyFunction>;
  pace?: Pace;
}

/**
 * A compiled loop over a carry: many steps are one call of the engine, with progress between calls
 * and the way back to any step. The carry lies in two sets of arrays, which swap their roles at
 * each call, and stays where the engine runs until somebody looks at it.
 */
export class StepLoop<Carry> {
  #loaded: Loaded | undefined;

  /** Compiles nothing before the first run. */
  constructor(private readonly spec: StepLoopSpec) {}

  /** Runs steps; returns the carry after them, and how many they were. */
  async run(run: StepRun<Carry>): Promise<{ carry: Carry; done: number }> {
    const loaded = this.#loaded ??= { calls: new CallsUnderWay() };
    return await loaded.calls.during(() => this.#run(run, loaded));
  }

  async #run(run: StepRun<Carry>, loaded: Loaded): Promise<{ carry: Carry; done: number }> {
    const { first, steps, key, args, output, after, chunk, signal, progress = true } = run;
    if (steps === 0 || signal?.aborted) return { carry: run.carry, done: 0 };
    const { isSingle = false, inputs } = this.spec, isStream = typeof args === "function";
    const fixed = isStream ? undefined : hostArguments(args);
    const argsOf = (step: number) => fixed ?? hostArguments(argumentsAt(args, step));
    const own = await inputs(first, 1);
    const compiled = loaded.compiled ??= this.#compile(own, run.carry);
    const program = await compiled.program(
      run.carry,
      isSingle ? own : [own, stepAxis(1)],
      argsOf(first),
      key,
    );
    const pace = loaded.pace ??= new Pace(program.compilesEachShape);
    const rebuild = (leaves: readonly HostArray[]): Carry => unflatten(run.carry, isHostArray, leaves);

    /** Takes steps from one set of arrays into another; returns the seconds of the call. */
    const take = async (
      from: readonly HostArray[],
      into: readonly HostArray[],
      step: number,
      count: number,
      out: HostArray,
    ): Promise<number> => {
      const own = await inputs(step, count), data = flatten(argsOf(step), isHostArray).leaves;
      const arrays = [...from, ...own, ...isSingle ? [] : [stepAxis(count)], ...data];
      let start = 0;
      // The noise of a step comes from the key folded with its number, in the loop and without it.
      await program.run(arrays, [isSingle ? key.foldIn(step) : key], {
        outputs: [...into, out],
        firstStep: isSingle ? 0 : step,
        stay: true,
        onStart: () => start = performance.now(),
      });
      program.fetch([out]);
      return (performance.now() - start) / 1000;
    };

    const tell = progressOf(progress), began = performance.now();
    let now = flatten(run.carry, isHostArray).leaves, spare = now.map(roomFor), done = 0;
    // XLA itself takes subnormal numbers for 0, and another number of steps is a compilation there.
    const period = program.compilesEachShape ? Infinity : stepsBetweenFlushes(now);
    try {
      while (done < steps && !signal?.aborted) {
        const from = now, into = spare, begun = done, step = first + done;
        const untilFlush = period - step % period;
        const count = isSingle || isStream ? 1 : Math.min(pace.next(steps - done, chunk), untilFlush);
        pace.record(count, await take(from, into, step, count, output(begun, count)));
        if (count === untilFlush) {
          program.fetch(into);
          flushSubnormals(into);
        }
        [now, spare] = [into, from];
        done += count;
        // Between the steps of a stream the outputs tell; a look at all numbers would take a tenth
        // of a step.
        const isLookedAt = !isStream || done >= steps;
        const loss = await after({
          first: step,
          count,
          isFinite: isLookedAt ? () => program.areFinite(into) : undefined,
          carry: () => {
            program.fetch(into);
            return rebuild(into);
          },
          carryBefore: async (index) => {
            const found = index === 0 ? from : from.map(roomFor);
            if (index > 0) await take(from, found, step, index, copyOf(output(begun, index)));
            program.fetch(found);
            return rebuild(found);
          },
        });
        tell({ done, total: steps, seconds: (performance.now() - began) / 1000, loss });
      }
      program.fetch(now);
      return { carry: rebuild(now), done };
    } finally {
      // Nothing stays behind on the device.
      program.forget([...now, ...spare]);
    }
  }

  /** @param own examples of the steps' own inputs */
  #compile(own: readonly HostArray[], carry: Carry): Compiled<AnyFunction> {
    const { step, inputs: _inputs, isSingle = false, axes = null, lead, ...options } = this.spec;
    const single = (start: unknown, own: Tensor[], given: unknown[], k: Key) => {
      const [next, output] = step(start, own.map((x) => x.reshape(x.shape.slice(1))), given, k, k);
      return [next, output.expandDims(0)];
    };
    const loop = (start: unknown, xs: [own: Tensor[], steps: Tensor], given: unknown[], root: Key) =>
      scan((c: unknown, [own]: [Tensor[], Tensor], k?: Key) => step(c, own, given, k!, root), start, xs, {
        key: root,
      });
    const names = own.map(({ shape }) => [STEPS, ...shape.slice(1).map(() => null)]);
    const ofCarry = lead && mapTree(carry, isHostArray, ({ shape }) => shape.map((_, i) => i ? null : lead));
    const usual = lead ? new Map([[lead, flatten(carry, isHostArray).leaves[0].shape[0]]]) : new Map();
    return compileFor<AnyFunction>(isSingle ? single : loop, {
      ...options,
      axes: [ofCarry ?? null, isSingle ? null : [names, [STEPS]], axes, null],
    }, usual);
  }

  /** Frees the program, once the runs that are under way have ended; later runs load it anew. */
  async release(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await loaded?.calls.ended();
    await loaded?.compiled?.release();
  }
}
