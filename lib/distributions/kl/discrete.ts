import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { logRatio, softplus, xlogy } from "../../tensor/special/mod.ts";
import { Bernoulli, Categorical, OneHotCategorical, Poisson } from "../families/mod.ts";
import { registerKl } from "./registry.ts";

registerKl(Bernoulli, Bernoulli, (p, q) => {
  const one = constant(1), probs = p.probs;
  if (p.parameters.logits && q.parameters.logits) {
    // By logits nothing becomes log(0): s(l) (l - m) - softplus(l) + softplus(m).
    const l = p.logits, m = q.logits;
    return probs.mul(l.sub(m)).sub(softplus(l)).add(softplus(m));
  }
  const rest = one.sub(probs), other = q.probs, otherRest = one.sub(other);
  return xlogy(probs, probs).sub(xlogy(probs, other)).add(xlogy(rest, rest)).sub(xlogy(rest, otherRest));
});

/** Categories with probability 0 under p count 0, whatever q says. */
function categories(p: Categorical | OneHotCategorical, q: Categorical | OneHotCategorical): Tensor {
  const probs = p.probs, zero = constant(0);
  const difference = p.logits.sub(q.logits);
  return probs.mul(tf.where(probs.equal(zero), zero, difference)).sum(-1);
}

registerKl(Categorical, Categorical, categories);
registerKl(OneHotCategorical, OneHotCategorical, categories);

registerKl(Poisson, Poisson, (p, q) => p.rate.mul(logRatio(p.rate, q.rate)).sub(p.rate.sub(q.rate)));
