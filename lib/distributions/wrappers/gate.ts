import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { softplus } from "../../tensor/special/mod.ts";
import { real, unitInterval } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import { logOrNever } from "../outer_sum.ts";
import type { ParameterSpec } from "../parametric.ts";
import { checkOfNumbers } from "./check_of_numbers.ts";
import { type ProbsOrLogits, probsOrLogits } from "../families/util/probs_or_logits.ts";

/** The parameter of a gate: one of the two. */
interface Gate {
  readonly parameters: Readonly<Record<string, Tensor>>;
}

/**
 * Reads the probability of a 0 that a gate adds to a distribution of numbers.
 * @throws Error where the distribution is one of vectors.
 */
export function readGate(
  family: string,
  base: Distribution,
  given: TensorLike | ProbsOrLogits,
): Record<string, ParameterSpec> {
  checkOfNumbers(family, base);
  const { probs, logits } = probsOrLogits(family, given, { probs: unitInterval, logits: real });
  const [value, constraint] = probs ?? logits;
  return { [probs ? "gate" : "gateLogits"]: [value, constraint] };
}

/** Returns the probability of the gate. */
export const gateProbability = ({ parameters: { gate, gateLogits } }: Gate): Tensor =>
  gate ?? gateLogits.sigmoid();

/** Returns the log probabilities of a 0 from the gate, and of a draw from the distribution. */
export function gateLogs({ parameters: { gate, gateLogits } }: Gate): { zero: Tensor; open: Tensor } {
  return gate
    ? { zero: logOrNever(gate), open: logOrNever(constant(1).sub(gate)) }
    : { zero: softplus(gateLogits.neg()).neg(), open: softplus(gateLogits).neg() };
}

/**
 * Returns quantiles of a distribution behind a gate: 0 up to its probability.
 * @param rest 1 - the probabilities
 * @param share the ratio of the probabilities above a value, with the gate and without it
 */
export function quantileBehind(base: Distribution, rest: Tensor, open: Tensor, share: Tensor): Tensor {
  const isOpen = rest.less(open), one = constant(1), q = tf.where(isOpen, rest.div(share), one);
  const x = base.icdf(one.sub(tf.minimum(q, one)), tf.minimum(q, one));
  return tf.where(isOpen, x, constant(0).cast(x.dtype));
}

/** Makes what stands for the logarithm of 0 in sums with others -Infinity again. */
export const withImpossible = (logs: Tensor): Tensor =>
  tf.where(logs.less(constant(-1e29)), constant(-Infinity), logs);
