import type { Net } from "../ppl/mod.ts";
import { type Key, type Tensor, tf } from "../tensor/mod.ts";
import type { LstmStates } from "./lstm.ts";
import type { RecurrentParams } from "./recurrent_params.ts";
import type { RunDirection } from "./rnn.ts";

/** The parameters of a recurrent layer that reads in both directions, with PyTorch's names. */
export type BidirectionalParams = RecurrentParams & {
  /** As `weight_ih_l0`, from the last step to the first. */
  weight_ih_l0_reverse: Tensor;
  /** As `weight_hh_l0`, from the last step to the first. */
  weight_hh_l0_reverse: Tensor;
  /** As `bias_ih_l0`, from the last step to the first. */
  bias_ih_l0_reverse: Tensor;
  /** As `bias_hh_l0`, from the last step to the first. */
  bias_hh_l0_reverse: Tensor;
};

/** Where the sequences of a batch start and end, as `ragged` says it. */
export interface SequenceEnds {
  /** True at the first step of a sequence: bool [T, B, 1]. */
  first?: Tensor;
  /** True at the last step of a sequence: bool [T, B, 1]. */
  last?: Tensor;
}

/** A recurrent layer: what `rnn`, `gru` and `lstm` give. */
export type RecurrentLayer = Net<RecurrentParams, [x: Tensor, direction?: RunDirection], Tensor | LstmStates>;

/**
 * A recurrent layer that reads from left to right and, with parameters of its own, from right to
 * left, as PyTorch's `bidirectional=True`; gives what both have read at each step side by side, [T,
 * B, 2 * hidden]. All states start at 0.
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
 * const states = reader.apply(params, toTensor(values), { first: toTensor(first), last: toTensor(last) });
 * assert.deepEqual(states.shape, [3, 2, 6]);
 * ```
 */
export function bidirectional(
  layer: RecurrentLayer,
): Net<BidirectionalParams, [x: Tensor, ends?: SequenceEnds], Tensor> {
  const read = (params: RecurrentParams, x: Tensor, direction: RunDirection): Tensor => {
    const states = layer.apply(params, x, direction);
    return "hidden" in states ? states.hidden : states;
  };
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
      return tf.concat([
        read(params, x, { restart: first }),
        read(backwards, x, { restart: last, reverse: true }),
      ], 2);
    },
  };
}
