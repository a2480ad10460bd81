import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import type { Tensor } from "../tf.ts";
import { sumToShape } from "./sum_to_shape.ts";

/**
 * -(v log s + (1 - v) log(1 - s)) with s the sigmoid of the logits: minus the log probability of a
 * Bernoulli value v, stable for logits of any size. The arguments broadcast.
 */
export const sigmoidCrossEntropy: (logits: Tensor, value: Tensor) => Tensor = primitive({
  name: "sigmoidCrossEntropy",
  forward(logits, value) {
    // log(1 + exp(-|l|)) as in softplus; the large parts, max(l, 0) and l v, cancel exactly for v =
    // 1.
    const small = logits.abs().neg().exp();
    const sum = small.add(constant(1));
    const rest = sum.log().add(small.sub(sum.sub(constant(1))).div(sum));
    return logits.relu().sub(logits.mul(value)).add(rest);
  },
  vjp: (cotangent, _output, logits, value) => [
    sumToShape(cotangent.mul(logits.sigmoid().sub(value)), logits.shape),
    sumToShape(cotangent.mul(logits).neg(), value.shape),
  ],
});
