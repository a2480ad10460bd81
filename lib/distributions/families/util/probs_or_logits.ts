import { checkOptions, type OptionNames } from "../../../system/mod.ts";
import { type TensorLike, tf } from "../../../tensor/mod.ts";
import type { Constraint } from "../../constraints/mod.ts";
import type { ParameterSpec } from "../../parametric.ts";

/** Probabilities given as such or through their logits: exactly one of the two. */
export interface ProbsOrLogits {
  /** The probability of a 1 (Bernoulli), or the probabilities along the last axis (Categorical). */
  readonly probs?: TensorLike;
  /** Log odds (Bernoulli), or unnormalised log probabilities along the last axis (Categorical). */
  readonly logits?: TensorLike;
}

const optionNames: OptionNames<ProbsOrLogits> = { probs: true, logits: true };

/** Reads a parameter given as `probs`, `{ probs }` or `{ logits }`; throws unless it is one. */
export function probsOrLogits(
  family: string,
  given: TensorLike | ProbsOrLogits,
  constraints: { probs: Constraint; logits: Constraint },
): Record<string, ParameterSpec> {
  const isNumbers = typeof given !== "object" || Array.isArray(given) || ArrayBuffer.isView(given) ||
    given instanceof tf.Tensor;
  if (!isNumbers) checkOptions(`make ${family}`, given, optionNames);
  const { probs, logits } = (isNumbers ? { probs: given } : given) as ProbsOrLogits;
  if ((probs === undefined) === (logits === undefined)) {
    const found = probs === undefined ? "neither" : "both";
    throw new Error(`Cannot make ${family}: expected either probs or logits, found ${found}`);
  }
  return probs === undefined
    ? { logits: [logits!, constraints.logits] }
    : { probs: [probs, constraints.probs] };
}
