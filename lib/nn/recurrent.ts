import { scan } from "../compile/mod.ts";
import { type Key, type Tensor, tf } from "../tensor/mod.ts";
import { uniform } from "./initialisers.ts";

/** The parameters of one recurrent layer, with PyTorch's names and layouts. */
export type RecurrentParams = {
  /** Shape [gates * hidden, input]. */
  weight_ih_l0: Tensor;
  /** Shape [gates * hidden, hidden]. */
  weight_hh_l0: Tensor;
  /** Shape [gates * hidden]. */
  bias_ih_l0: Tensor;
  /** Shape [gates * hidden]. */
  bias_hh_l0: Tensor;
};

/** The direction in which a recurrent layer reads sequences, and the starts of its state. */
export interface RunDirection {
  /** From the last step to the first (default false). */
  reverse?: boolean;
  /**
   * True where the state starts anew, bool [T, B, 1]: at the first step of each sequence, or with
   * `reverse` at its last one. By default only where the loop starts. Sequences of a ragged batch
   * (`ragged`) may so be padded, or lie end to end.
   */
  restart?: Tensor;
  /** The first state, [hidden] or [1, hidden] (default 0). */
  initial?: Tensor;
}

/** Draws the first parameters of a recurrent layer, PyTorch's: all uniform on ±1/sqrt(hidden). */
export function recurrentInit(
  gates: number,
  inputSize: number,
  hiddenSize: number,
): (key: Key) => RecurrentParams {
  const draw = uniform(1 / Math.sqrt(hiddenSize)), size = gates * hiddenSize;
  return (key) => {
    const [a, b, c, d] = key.split(4);
    return {
      weight_ih_l0: draw(a, [size, inputSize]),
      weight_hh_l0: draw(b, [size, hiddenSize]),
      bias_ih_l0: draw(c, [size]),
      bias_hh_l0: draw(d, [size]),
    };
  };
}

/** Cuts the last axis into equal parts, one for each gate. */
export function gates(x: Tensor, count: number): Tensor[] {
  const lead = x.shape.slice(0, -1), size = x.shape[x.rank - 1] / count;
  return Array.from(
    { length: count },
    (_, i) => x.slice([...lead.map(() => 0), i * size], [...lead, size]) as Tensor,
  );
}

/**
 * Runs a recurrent step over time: `step(state, x)` gives the next state from a slice of x, [B,
 * features].
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
