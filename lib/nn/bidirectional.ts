import type { Net } from "../ppl/mod.ts";
import { type Key, type Tensor, tf } from "../tensor/mod.ts";
import type { LstmStates } from "./lstm.ts";
import type { RecurrentParams, RunDirection } from "./recurrent.ts";

/**
 * The parameters of a recurrent layer that reads in both directions, with PyTorch's names:
 * `weight_ih_l0` and so on, and `weight_ih_l0_reverse` and so on for the way from the last step to
 * the first.
 */
export type BidirectionalParams =
  & RecurrentParams
  & { [Name in keyof RecurrentParams as `${Name}_reverse`]: Tensor };

/** The starts and ends of the sequences of a batch, as `ragged` gives them. */
export interface SequenceEnds {
  /** True at the first step of a sequence: bool [T, B, 1]. */
  first?: Tensor;
  /** True at the last step of a sequence: bool [T, B, 1]. */
  last?: Tensor;
}

/** A recurrent layer: the result of `rnn`, `gru` and `lstm`. */
export type RecurrentLayer = Net<RecurrentParams, [x: Tensor, direction?: RunDirection], Tensor | LstmStates>;

/**
 * Makes a recurrent layer that reads from left to right and, with further parameters, from right to
 * left, as PyTorch's `bidirectional=True`; it gives both states of each step side by side,
 * [T, B, 2 * hidden]. All states start at 0.
 *
 * @param layer the layer: an `rnn`, `gru` or `lstm`
 * @throws Error as the layer does.
 *
 * @example
 * ```ts
 * import { bidirectional, gru, ragged } from "@pyrosaur/pyrosaur/nn";
 * import { random, toTensor } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const reader = bidirectional(gru(1, 3)), params = reader.init(random.key(0));
 * const { values, first, last } = ragged([[[1], [2], [3]], [[4]]]);
 * const ends = { first: toTensor(first), last: toTensor(last) };
 * const states = reader.apply(params, toTensor(values), ends);
 * assert.deepEqual(states.shape, [3, 2, 6]);
 * ```
 */
export function bidirectional(
  layer: RecurrentLayer,
): Net<BidirectionalParams, [x: Tensor, ends?: SequenceEnds], Tensor> {
  return {
    init(key: Key): BidirectionalParams {
      const [left, right] = key.split(2), reverse = layer.init(right);
      return {
        ...layer.init(left),
        weight_ih_l0_reverse: reverse.weight_ih_l0,
        weight_hh_l0_reverse: reverse.weight_hh_l0,
        bias_ih_l0_reverse: reverse.bias_ih_l0,
        bias_hh_l0_reverse: reverse.bias_hh_l0,
      };
    },
    apply(params, x, { first, last } = {}) {
      const backwards: RecurrentParams = {
        weight_ih_l0: params.weight_ih_l0_reverse,
        weight_hh_l0: params.weight_hh_l0_reverse,
        bias_ih_l0: params.bias_ih_l0_reverse,
        bias_hh_l0: params.bias_hh_l0_reverse,
      };
      const states = [
        layer.apply(params, x, { restart: first }),
        layer.apply(backwards, x, { restart: last, reverse: true }),
      ];
      return tf.concat(states.map((state) => "hidden" in state ? state.hidden : state), 2);
    },
  };
}
