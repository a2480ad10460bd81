import type { Net } from "../ppl/mod.ts";
import { type Tensor, tf } from "../tensor/mod.ts";
import { affine } from "./affine.ts";
import { checkInput, checkSizes } from "./checks.ts";
import { gates, recurrentInit, runOverTime } from "./recurrent.ts";
import type { RecurrentParams, RunDirection } from "./recurrent.ts";

/** The direction in which an LSTM reads sequences, and the starts of its states. */
export interface LstmDirection extends RunDirection {
  /** The first state of the cells, of a shape that broadcasts to [B, hidden] (default 0). */
  initialCell?: Tensor;
}

/** The states of an LSTM after each step, each [T, B, hidden]. */
export interface LstmStates {
  /** The part that the layers behind it get. */
  readonly hidden: Tensor;
  /** The part that stays within it. */
  readonly cell: Tensor;
}

/**
 * Makes one layer of long short-term memory (Hochreiter and Schmidhuber 1997) as PyTorch's
 * `nn.LSTM`, over time-major sequences [T, B, input]; it gives the states after each step. The rows
 * of the weights belong to the gates i (input), f (forget), g (cell) and o (output) in this order:
 * c' = f c + i g, h' = o tanh(c').
 *
 * @throws Error for sizes that are no positive integers and inputs of another rank or size.
 *
 * @example From right to left, over sequences of 4 and 2 steps
 * ```ts
 * import { lstm, ragged } from "@pyrosaur/pyrosaur/nn";
 * import { random, toTensor } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const layer = lstm(1, 3), params = layer.init(random.key(0));
 * const { values, last } = ragged([[[1], [2], [3], [4]], [[5], [6]]]);
 * const options = { reverse: true, restart: toTensor(last) };
 * const { hidden } = layer.apply(params, toTensor(values), options);
 * assert.deepEqual(hidden.shape, [4, 2, 3]);
 * ```
 */
export function lstm(
  inputSize: number,
  hiddenSize: number,
): Net<RecurrentParams, [x: Tensor, direction?: LstmDirection], LstmStates> {
  checkSizes("lstm", { inputSize, hiddenSize });
  return {
    init: recurrentInit(4, inputSize, hiddenSize),
    apply(p, x, direction = {}) {
      checkInput("lstm", x, inputSize);
      const zeros = tf.zeros([hiddenSize]) as Tensor;
      const [hidden, cell] = runOverTime(
        ([h, c], projected) => {
          const sum = projected.add(tf.matMul(h, p.weight_hh_l0, false, true)) as Tensor;
          const [i, f, g, o] = gates(sum, 4);
          const next = tf.sigmoid(f).mul(c).add(tf.sigmoid(i).mul(tf.tanh(g))) as Tensor;
          return [tf.sigmoid(o).mul(tf.tanh(next)), next];
        },
        [direction.initial ?? zeros, direction.initialCell ?? zeros],
        affine(x, p.weight_ih_l0, p.bias_ih_l0.add(p.bias_hh_l0)),
        direction,
      );
      return { hidden, cell };
    },
  };
}
