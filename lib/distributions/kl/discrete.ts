import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { itakuraSaito, log1p, logSigmoid } from "../../tensor/special/mod.ts";
import { Bernoulli, Categorical, OneHotCategorical, Poisson } from "../families/mod.ts";
import { keptLogProbs } from "../families/util/category_probs.ts";
import { registerKl } from "./registry.ts";

// An outcome that p excludes counts 0, whatever q says: its logarithms are not computed, so that
// they reach no derivative. Logits never become probabilities, which would be 1 from 17 on.

registerKl(Bernoulli, Bernoulli, (p, q) => {
  const { probs, logits } = p.parameters, one = p.probs;
  const zero = logits ? logits.neg().sigmoid() : constant(1).sub(probs);
  const term = (weight: Tensor, logProb: (d: Bernoulli, isKept: Tensor) => Tensor) => {
    const isKept = weight.greater(constant(0));
    return weight.mul(logProb(p, isKept).sub(logProb(q, isKept)));
  };
  return term(one, logOne).add(term(zero, logZero));
});

/** The log probability of a 1; 0 where it is not kept. */
function logOne({ parameters: { probs, logits } }: Bernoulli, isKept: Tensor): Tensor {
  return logits
    ? tf.where(isKept, logSigmoid(logits), constant(0))
    : tf.where(isKept, probs, constant(1)).log();
}

/** The log probability of a 0; 0 where it is not kept. */
function logZero({ parameters: { probs, logits } }: Bernoulli, isKept: Tensor): Tensor {
  return logits
    ? tf.where(isKept, logSigmoid(logits.neg()), constant(0))
    : log1p(tf.where(isKept, probs, constant(0)).neg());
}

function categories(p: Categorical | OneHotCategorical, q: Categorical | OneHotCategorical): Tensor {
  const { probs } = p, isKept = probs.greater(constant(0));
  return probs.mul(keptLogProbs(p.parameters, isKept).sub(keptLogProbs(q.parameters, isKept))).sum(-1);
}
registerKl(Categorical, Categorical, categories);
registerKl(OneHotCategorical, OneHotCategorical, categories);

registerKl(Poisson, Poisson, (p, q) => {
  const isKept = p.rate.greater(constant(0));
  const [rate, other] = [p.rate, q.rate].map((x) => tf.where(isKept, x, constant(1)));
  return tf.where(isKept, rate.mul(itakuraSaito(other, rate)), q.rate);
});
