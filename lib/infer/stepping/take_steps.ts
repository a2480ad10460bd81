import type { Program } from "../../compile/mod.ts";
import type { HostArray, Key } from "../../tensor/mod.ts";
import type { Pace } from "./pace.ts";
import { flushSubnormals } from "./subnormals.ts";

/** Steps of a program, of which many are one call. */
export interface Steps {
  readonly program: Program;
  /** The carry before the first step. Its arrays are used up. */
  readonly carry: readonly HostArray[];
  /** The number of the first step. */
  readonly first: number;
  /** The number of steps. */
  readonly steps: number;
  /** Returns the inputs of `count` steps from step `first` on, which lie along the first axis. */
  inputs(first: number, count: number): readonly HostArray[] | Promise<readonly HostArray[]>;
  /** Returns the arrays among the arguments at a step. */
  args(step: number): readonly HostArray[];
  readonly key: Key;
  /** The number of the first member of outermost batches (default 0). */
  readonly firstMember?: number;
  /** True where a call is one step without a loop around it (default false). */
  readonly isSingle?: boolean;
  /** True where the arguments differ from step to step (default false). */
  readonly isStream?: boolean;
  readonly pace: Pace;
  readonly chunk?: number;
  /** Steps after which the subnormal numbers of the carry become 0. */
  readonly period: number;
  /** Returns the array for the outputs of `count` steps, `done` steps after the first. */
  output(done: number, count: number): HostArray;
  /** Tells, before each call, whether the rest is left. */
  isOver(done: number): boolean | Promise<boolean>;
  /** Sees each call. */
  after?(call: Taken): Promise<void>;
}

/** One call that has been made. */
export interface Taken {
  /** The number of its first step. */
  readonly first: number;
  /** The number of its steps. */
  readonly count: number;
  /** The number of steps up to its end. */
  readonly done: number;
  /**
   * Tells whether all numbers of the carry after it are finite, where the engine has them;
   * undefined between the steps of a stream.
   */
  readonly isFinite: (() => boolean) | undefined;
  /** Brings the carry after it here; else it stays where the engine runs. */
  carry(): readonly HostArray[];
  /** Finds the carry before one of its steps, by running up to there again. */
  carryBefore(index: number): Promise<readonly HostArray[]>;
}

/** The name of the axis of steps. */
export const STEPS = "_steps";

const copyOf = ({ data, shape }: HostArray): HostArray => ({ data: data.slice(), shape: shape.slice() });
/** Returns room for an array like another. */
const roomFor = ({ data, shape }: HostArray): HostArray => ({
  data: new (data.constructor as new (length: number) => HostArray["data"])(data.length),
  shape: shape.slice(),
});
/** Returns an axis to loop over, whose values nobody reads. */
export const stepAxis = (count: number): HostArray => ({ data: new Float32Array(count), shape: [count] });

/**
 * Takes steps in calls of a fraction of a second. The carry lies in two sets of arrays, which swap
 * their roles at each call, and stays where the engine runs until somebody looks at it.
 *
 * @returns the carry after them, and how many they were
 */
export async function takeSteps(run: Steps): Promise<{ carry: readonly HostArray[]; done: number }> {
  const { program, first, steps, key, firstMember = 0, isSingle = false, isStream = false, pace } = run;
  /** Takes steps from one set of arrays into another; returns the seconds of the call. */
  const take = async (
    from: readonly HostArray[],
    into: readonly HostArray[],
    step: number,
    count: number,
    out: HostArray,
  ): Promise<number> => {
    const arrays = [...from, ...await run.inputs(step, count), ...isSingle ? [] : [stepAxis(count)]];
    let start = 0;
    // The noise of a step comes from the key folded with its number, in the loop and without it.
    await program.run([...arrays, ...run.args(step)], [isSingle ? key.foldIn(step) : key], {
      outputs: [...into, out],
      firstStep: isSingle ? 0 : step,
      firstMember,
      stay: true,
      onStart: () => start = performance.now(),
    });
    program.fetch([out]);
    return (performance.now() - start) / 1000;
  };

  let now = run.carry, spare: readonly HostArray[] = now.map(roomFor), done = 0;
  try {
    while (done < steps && !await run.isOver(done)) {
      const from = now, into = spare, begun = done, step = first + done;
      const untilFlush = run.period - step % run.period;
      const count = isSingle || isStream ? 1 : Math.min(pace.next(steps - done, run.chunk), untilFlush);
      pace.record(count, await take(from, into, step, count, run.output(begun, count)));
      if (count === untilFlush) {
        program.fetch(into);
        flushSubnormals(into);
      }
      [now, spare] = [into, from];
      done += count;
      // Between the steps of a stream the outputs tell; a look at all numbers would take a tenth of
      // a step.
      const isLookedAt = !isStream || done >= steps;
      await run.after?.({
        first: step,
        count,
        done,
        isFinite: isLookedAt ? () => program.areFinite(into) : undefined,
        carry: () => {
          program.fetch(into);
          return into;
        },
        carryBefore: async (index) => {
          const found = index === 0 ? from : from.map(roomFor);
          if (index > 0) await take(from, found, step, index, copyOf(run.output(begun, index)));
          program.fetch(found);
          return found;
        },
      });
    }
    program.fetch(now);
    return { carry: now, done };
  } finally {
    // Nothing stays behind on the device.
    program.forget([...now, ...spare]);
  }
}
