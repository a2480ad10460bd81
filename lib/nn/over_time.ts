import { scan } from "../compile/mod.ts";
import { type Tensor, tf } from "../tensor/mod.ts";
import type { RunDirection } from "./rnn.ts";

/**
 * Runs a recurrent step over time: `step(state, x)` gives the next state from a slice of x, [B,
 * features]. Where `restart` says so, a state starts anew.
 *
 * @param initial the first states, each of a shape that broadcasts to [B, hidden]
 * @returns the states after each step, each [T, B, hidden]
 */
export function runOverTime(
  step: (state: Tensor[], x: Tensor) => Tensor[],
  initial: readonly Tensor[],
  x: Tensor,
  { reverse, restart }: RunDirection,
): Tensor[] {
  const start = initial.map((state) => tf.broadcastTo(state, [x.shape[1], state.shape.at(-1)!]) as Tensor);
  const [, states] = scan(
    (before: Tensor[], { x, restart }: { x: Tensor; restart?: Tensor }): [Tensor[], Tensor[]] => {
      const state = restart ? before.map((s, i) => tf.where(restart, start[i], s) as Tensor) : before;
      const next = step(state, x);
      return [next, next];
    },
    start,
    restart ? { x, restart } : { x },
    { reverse },
  );
  return states;
}
