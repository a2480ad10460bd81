/**
 * A process that trains one of the models. `first`: once, and ends. `again`: prints as JSON the
 * milliseconds of the trainings behind the first. `calls`: prints the microseconds of a step that
 * is a call of its own, and of one whose arguments a function of the step gives.
 *
 * usage: train.ts MODEL first|again|calls
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import { key, type Tensor } from "../../mod.ts";
import { median } from "../../lib/statistics/mod.ts";
import { trainings } from "./trainings.ts";

/**
 * Trainings that are timed, blocks of calls, and calls of a block. In the first few trainings of
 * short steps V8 still compiles: a flow's take 16, 15, 13, 15, 12, 11 and then 7 ms.
 */
const REPETITIONS = 15, BLOCKS = 10, CALLS = 200;

const milliseconds = async (body: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await body();
  return performance.now() - start;
};

/** The figures of `calls`, in microseconds. */
export interface CallTimes {
  /** One call of `svi.step`. */
  readonly step_us: number;
  /** One step of `svi.run` whose arguments are a function of the step, the same tensors always. */
  readonly stream_us: number;
}

/**
 * Returns the first loss and the last of a training, and the milliseconds of those behind it.
 *
 * @param limit the most steps of a training
 */
export async function train(
  name: string,
  repetitions: number,
  limit = Infinity,
): Promise<{ losses: number[]; ms: number[] }> {
  const { svi, data, steps: all } = trainings[name](), steps = Math.min(all, limit), ms: number[] = [];
  const once = () => svi.run(key(1), steps, data, { progress: false });
  const { losses } = await once();
  for (let i = 0; i < repetitions; i++) ms.push(await milliseconds(once));
  return { losses: [losses[0], losses[steps - 1]], ms };
}

/** Times steps that are calls of their own. */
export async function calls(name: string, blocks = BLOCKS, count = CALLS): Promise<CallTimes> {
  const { svi, data } = trainings[name](), steps: number[] = [], streams: number[] = [];
  let state = await svi.init(key(1), ...data);
  const args = (): Tensor[] => data;
  const perCall = async (body: () => Promise<unknown>) => 1000 * await milliseconds(body) / count;
  const stepping = async () => {
    for (let i = 0; i < count; i++) [state] = await svi.step(state, ...data);
  };
  const streaming = async () => ({ state } = await svi.run(key(1), count, args, { state, progress: false }));
  for (let block = 0; block <= blocks; block++) {
    const step = await perCall(stepping), stream = await perCall(streaming);
    if (block === 0) continue;
    steps.push(step);
    streams.push(stream);
  }
  return { step_us: median(steps), stream_us: median(streams) };
}

if (import.meta.main) {
  const [name, mode] = Deno.args;
  if (mode === "calls") answer(await calls(name));
  else answer(await train(name, mode === "first" ? 0 : REPETITIONS));
}
