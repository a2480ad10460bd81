import type { Net } from "../ppl/mod.ts";
import { type Tensor, tf } from "../tensor/mod.ts";
import { affine } from "./affine.ts";
import { checkInput, checkSizes } from "./checks.ts";
import { gates, recurrentInit, runOverTime } from "./recurrent.ts";
import type { RecurrentParams, RunDirection } from "./recurrent.ts";

/**
 * Makes one layer of gated recurrent units (Cho et al. 2014) as PyTorch's `nn.GRU`, over time-major
 * sequences [T, B, input]; it gives the states after each step, [T, B, hidden]. The rows of the
 * weights belong to the gates r (reset), z (update) and n (new) in this order; the reset gate
 * multiplies the recurrent part of n with its bias: n = tanh(W x + b + r (V h + c)),
 * h' = (1 - z) n + z h.
 *
 * @throws Error for sizes that are no positive integers and inputs of another rank or size.
 *
 * @example From right to left, over sequences of 4 and 2 steps
 * ```ts
 * import { gru, ragged } from "@pyrosaur/pyrosaur/nn";
 * import { random, toTensor } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const layer = gru(1, 3), params = layer.init(random.key(0));
 * const { values, last } = ragged([[[1], [2], [3], [4]], [[5], [6]]]);
 * const states = layer.apply(params, toTensor(values), { reverse: true, restart: toTensor(last) });
 * assert.deepEqual(states.shape, [4, 2, 3]);
 * ```
 */
export function gru(
  inputSize: number,
  hiddenSize: number,
): Net<RecurrentParams, [x: Tensor, direction?: RunDirection], Tensor> {
  checkSizes("gru", { inputSize, hiddenSize });
  return {
    init: recurrentInit(3, inputSize, hiddenSize),
    apply(p, x, direction = {}) {
      checkInput("gru", x, inputSize);
      const [states] = runOverTime(
        ([h], projected) => {
          const [xr, xz, xn] = gates(projected, 3);
          const [hr, hz, hn] = gates(affine(h, p.weight_hh_l0, p.bias_hh_l0), 3);
          const r = tf.sigmoid(xr.add(hr)), z = tf.sigmoid(xz.add(hz));
          const n = tf.tanh(xn.add(r.mul(hn)));
          return [n.add(z.mul(h.sub(n)))];
        },
        [direction.initial ?? tf.zeros([hiddenSize])],
        affine(x, p.weight_ih_l0, p.bias_ih_l0),
        direction,
      );
      return states;
    },
  };
}
