import { compileFor, type SentProgram } from "../../compile/internals.ts";
import {
  type AnyFunction,
  type Compiled,
  type CompileOptions,
  type Program,
  scan,
} from "../../compile/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, mapTree } from "../../tensor/mod.ts";
import { type Tensor, unflatten } from "../../tensor/mod.ts";
import { CallsUnderWay, type OptionNames, type Progress, progressOf, shown } from "../../system/mod.ts";
import { type Arguments, argumentsAt, hostArguments } from "./arguments.ts";
import { HERE, Pace } from "./pace.ts";
import { stepsBetweenFlushes } from "./subnormals.ts";
import type { workersFor } from "./shares/workers_for.ts";
import { stepAxis, STEPS, type Taken, takeSteps } from "./take_steps.ts";

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
   * the next call; undefined between the steps of a stream, and where Workers have them.
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

/** The names of the options of every computation in steps. */
export const steppingOptionNames: OptionNames<SteppingOptions> = {
  progress: true,
  chunk: true,
  signal: true,
};

/** Throws for a number of steps, or of steps of one call, that there is none of. */
export function checkSteps(steps: number, chunk: number | undefined): void {
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new Error(`Cannot train for ${shown(steps)} steps: expected a non-negative integer`);
  }
  if (chunk !== undefined && !(Number.isSafeInteger(chunk) && chunk > 0)) {
    throw new Error(`Cannot train with chunk ${chunk}: expected a positive integer`);
  }
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
  /**
   * The number of Workers that the first axis of the carry is shared out to, 0 for none (default:
   * as many as processors, where the rest of the run turns out to be worth it). Results do not
   * change. None for arguments that differ from step to step, and where a program may give other
   * bits elsewhere.
   */
  readonly numWorkers?: number;
  /** Sees each call, and returns the loss that progress shows; what it throws ends the run. */
  after(call: StepCall<Carry>): number | undefined | Promise<number | undefined>;
}

/** A loop as it is loaded, with the runs of it that are under way. */
interface Loaded {
  readonly calls: CallsUnderWay;
  compiled?: Compiled<AnyFunction>;
  pace?: Pace;
}

/**
 * A compiled loop over a carry: many steps are one call of the engine, with progress between calls
 * and the way back to any step. Long runs go on in Workers, where the first axis of the carry can
 * be shared out.
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
    const { first, steps, key, args, chunk, signal, progress = true } = run;
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
    const tell = progressOf(progress), began = performance.now();
    const seconds = () => (performance.now() - began) / 1000, isAborted = () => signal?.aborted ?? false;
    const after = async ({ carry, carryBefore, done, ...call }: Taken) => {
      const loss = await run.after({
        ...call,
        carry: () => rebuild(carry()),
        carryBefore: async (index) => rebuild(await carryBefore(index)),
      });
      tell({ done, total: steps, seconds: seconds(), loss });
    };
    const { leaves: carry } = flatten(run.carry, isHostArray);
    // XLA itself takes subnormal numbers for 0, and another number of steps is a compilation there.
    const period = program.compilesEachShape ? Infinity : stepsBetweenFlushes(carry);
    const all = {
      key,
      inputs,
      period,
      chunk,
      args: (step: number) => flatten(argsOf(step), isHostArray).leaves,
    };
    const away = isStream ? undefined : this.#away(program, run, carry, seconds);
    const here = await takeSteps({
      ...{ ...all, program, carry, first, steps, pace, isSingle, isStream, output: run.output, after },
      isOver: async (done) => isAborted() || await away?.(done) !== undefined,
    });
    const there = here.done < steps && !isAborted() ? await away?.(here.done) : undefined;
    if (!there) return { carry: rebuild(here.carry), done: here.done };
    const { shareOut } = await import("./shares/share_out.ts");
    const rest = await shareOut(there.sent, there.workers, {
      ...{ ...all, carry: here.carry, first: first + here.done, steps: steps - here.done, isOver: isAborted },
      output: (done, count) => run.output(here.done + done, count),
      after: (call) => after({ ...call, done: here.done + call.done }),
    });
    return { carry: rebuild(rest.carry), done: here.done + rest.done };
  }

  /**
   * Returns a function that finds, after some steps, the program to send to Workers and how many
   * are to have it; undefined where the run is better off here.
   */
  #away(
    program: Program,
    { numWorkers, steps }: StepRun<Carry>,
    carry: readonly HostArray[],
    seconds: () => number,
  ): (done: number) => Promise<{ sent: SentProgram; workers: number } | undefined> {
    const { lead } = this.spec, [{ shape: [size] }] = carry;
    let found: { sent: SentProgram; workers: number } | undefined, most: ReturnType<typeof workersFor>;
    return async (done) => {
      const isWanted = numWorkers === undefined ? done > 0 && seconds() >= HERE : numWorkers > 0;
      if (found || lead === undefined || !isWanted) return found;
      most ??= (await import("./shares/workers_for.ts")).workersFor(program, lead, size);
      const workers = Math.min(size, numWorkers ?? most(seconds() / done, steps - done));
      const sent = workers > 0 ? await program.send() : undefined;
      return found = sent && { sent, workers };
    };
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
