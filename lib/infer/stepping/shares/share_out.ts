import type { SentProgram } from "../../../compile/internals.ts";
import type { HostArray, HostData, random } from "../../../tensor/mod.ts";
import { startWorker, type WorkerLike } from "../../../workers/worker.ts";
import { Pace } from "../pace.ts";
import type { Steps, Taken } from "../take_steps.ts";
import type { FromShare, ToShare } from "./messages.ts";
import { partOf } from "./part_of.ts";

/** Seconds of the steps that all shares take before they wait for each other. */
const ROUND = 0.25;

/** The steps of a loop whose first axis is shared out; the arguments are the same at each. */
export interface SharedSteps
  extends
    Pick<Steps, "carry" | "first" | "steps" | "inputs" | "args" | "key" | "period" | "chunk" | "output"> {
  /** Tells, before each round, whether the rest is left. */
  isOver(): boolean;
  /** Sees each round. */
  after(call: Taken): Promise<void>;
}

/** A part of the first axis, with its Worker. */
interface Share {
  readonly begin: number;
  ask(message: ToShare): Promise<FromShare>;
}

/** Returns a function that asks a Worker and waits for its answer, one at a time. */
function asker(worker: WorkerLike, what: string): Share["ask"] {
  let failure: Error | undefined, resolve = (_: FromShare): void => {}, reject = (_: Error): void => {};
  const fail = (message: string) => reject(failure = new Error(`Cannot ${what} in a Worker: ${message}`));
  worker.onMessage((message) => {
    const answer = message as FromShare;
    if ("error" in answer) fail(answer.error);
    else resolve(answer);
  });
  worker.onError(fail);
  return (message) =>
    new Promise((...settle) => {
      [resolve, reject] = settle;
      if (failure) reject(failure);
      else worker.post(message);
    });
}

/** Puts the rows of a part into those of the whole, from a column on. */
function put(part: HostData, into: HostData, rows: number, begin: number): void {
  const [size, all] = [part.length / rows, into.length / rows];
  for (let row = 0; row < rows; row++) {
    into.set(part.subarray(row * size, (row + 1) * size), row * all + begin);
  }
}

/** Throws: Workers have the carry until all steps are taken. */
const carry = (): never => {
  throw new Error("Cannot look at the carry between steps that are taken in Workers");
};

/**
 * Takes the steps of a loop in Workers, each with a part of the first axis of carry and outputs.
 * They wait for each other after rounds of a fraction of a second, so that all have come to the
 * same step whenever the run ends.
 *
 * @param workers their number, at most the length of the axis
 * @returns the carry after the steps, and how many they were
 * @throws (rejects) Error that says which part failed in its Worker, and why.
 */
export async function shareOut(
  program: SentProgram,
  workers: number,
  run: SharedSteps,
): Promise<{ carry: readonly HostArray[]; done: number }> {
  const { carry: whole, first, steps, period, chunk } = run, members = whole[0].shape[0];
  const started: WorkerLike[] = [], pace = new Pace(false, ROUND);
  const { data: key } = run.key as random.ThreefryKey, args = run.args(first);
  const begin = async (worker: WorkerLike, i: number): Promise<Share> => {
    const [begin, end] = [i, i + 1].map((k) => Math.floor(k * members / workers));
    const ask = asker(worker, `train members ${begin} to ${end - 1}`);
    await ask({
      begin: { program, carry: partOf(whole, begin, end - begin), args, key, begin, period, chunk },
    });
    return { begin, ask };
  };
  try {
    while (started.length < workers) {
      started.push(await startWorker(new URL("./share_worker.ts", import.meta.url)));
    }
    const shares = await Promise.all(started.map(begin));
    let done = 0;
    while (done < steps && !run.isOver()) {
      const count = pace.next(steps - done, chunk), output = run.output(done, count);
      const order = { first: first + done, count, inputs: await run.inputs(first + done, count) };
      const began = performance.now();
      await Promise.all(shares.map(async ({ begin, ask }) => {
        const answer = await ask({ take: order });
        put((answer as { output: HostData }).output, output.data, count, begin);
      }));
      pace.record(count, (performance.now() - began) / 1000);
      done += count;
      await run.after({ first: order.first, count, done, isFinite: undefined, carry, carryBefore: carry });
    }
    await Promise.all(shares.map(async ({ begin, ask }) => {
      const { carry: parts } = await ask({ end: true }) as { carry: readonly HostArray[] };
      parts.forEach(({ data }, i) => put(data, whole[i].data, 1, begin * whole[i].data.length / members));
    }));
    return { carry: whole, done };
  } finally {
    for (const worker of started) worker.terminate();
  }
}
