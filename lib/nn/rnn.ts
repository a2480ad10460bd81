import { checkOptions, type OptionNames } from "../system/mod.ts";
import { scan } from "../compile/mod.ts";
import type { Net } from "../ppl/mod.ts";
import { type Tensor, tf } from "../tensor/mod.ts";
import { affine } from "./affine.ts";
import { checkInput, checkSizes } from "./checks.ts";
import { recurrentInit, type RecurrentParams, type RunDirection } from "./recurrent.ts";

/** Options of `rnn`. */
export interface RnnOptions {
  /** The function that is applied to the sum (default "tanh"). */
  nonlinearity?: "tanh" | "relu";
}

const optionNames: OptionNames<RnnOptions> = { nonlinearity: true };

/**
 * Makes one layer of a simple recurrent network, h' = f(W x + b + V h + c), as PyTorch's `nn.RNN`,
 * over time-major sequences [T, B, input]; it gives the states after each step, [T, B, hidden].
 *
 * @throws Error for sizes that are no positive integers and inputs of another rank or size.
 *
 * @example From right to left, over sequences of 4 and 2 steps
 * ```ts
 * import { ragged, rnn } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf, toTensor } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const layer = rnn(1, 3, { nonlinearity: "relu" }), params = layer.init(random.key(0));
 * const { values, last } = ragged([[[1], [2], [3], [4]], [[5], [6]]]);
 * const states = layer.apply(params, toTensor(values), { reverse: true, restart: toTensor(last) });
 * assert.deepEqual(states.shape, [4, 2, 3]);
 * ```
 */
export function rnn(
  inputSize: number,
  hiddenSize: number,
  options?: RnnOptions,
): Net<RecurrentParams, [x: Tensor, direction?: RunDirection], Tensor> {
  checkOptions("make rnn", options, optionNames);
  const { nonlinearity = "tanh" } = options ?? {};
  checkSizes("rnn", { inputSize, hiddenSize });
  const activation = nonlinearity === "relu" ? tf.relu : tf.tanh;
  return {
    init: recurrentInit(1, inputSize, hiddenSize),
    apply(p, x, { reverse, restart, initial = tf.zeros([1, hiddenSize]) } = {}) {
      checkInput("rnn", x, inputSize);
      const first = initial.reshape([-1, hiddenSize]), bias = p.bias_ih_l0.add(p.bias_hh_l0);
      const onset = restart?.cast("float32"), keep = onset && tf.sub(1, onset);
      const projected = onset ? projectedAnew(p, x, onset, first, bias) : affine(x, p.weight_ih_l0, bias);
      const [, states] = scan(
        (before: Tensor, { projected, keep }: { projected: Tensor; keep?: Tensor }): [Tensor, Tensor] => {
          const state = keep ? before.mul(keep) : before;
          const next = activation(projected.add(tf.matMul(state, p.weight_hh_l0, false, true)));
          return [next, next];
        },
        tf.broadcastTo(first, [x.shape[1], hiddenSize]) as Tensor,
        keep ? { projected, keep } : { projected },
        { reverse },
      );
      return states;
    },
  };
}

/**
 * Returns W x + b, and V h0 where a state starts anew: it comes in place of V h. One product, with
 * two more columns of the input and of its weight, whose gradient is that of the bias too.
 */
function projectedAnew(p: RecurrentParams, x: Tensor, onset: Tensor, first: Tensor, bias: Tensor): Tensor {
  const anew = tf.matMul(p.weight_hh_l0, first, false, true), column = bias.reshape([-1, 1]);
  return affine(
    tf.concat([x, onset, tf.onesLike(onset)], 2),
    tf.concat([p.weight_ih_l0, anew, column], 1) as Tensor,
  );
}
