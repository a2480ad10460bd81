import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import {
  expm1,
  itakuraSaito,
  log1p,
  log1pmx,
  logSigmoid,
  ratioDivergence,
} from "../../tensor/special/mod.ts";
import { Bernoulli, Categorical, OneHotCategorical, Poisson } from "../families/mod.ts";
import { keptLogProbs } from "../families/util/category_probs.ts";
import { registerKl } from "./registry.ts";

// Sums of p log(p / q) - p + q over the outcomes: these are never negative and keep their digits
// where p and q are close, while logarithms of both cancel. An outcome that p excludes counts q:
// its logarithm is not computed, so that it reaches no derivative. Logits never become
// probabilities, which would be 1 from 17 on.

const half = () => constant(0.5), zero = () => constant(0), one = () => constant(1);

/** Computes p log(p / q) - p + q; `gap` is q - p, where it is known better than by rounding. */
function excess(p: Tensor, q: Tensor, gap?: Tensor): Tensor {
  const grown = gap ?? q.sub(p), isKept = p.greater(zero());
  const isNear = isKept.logicalAnd(grown.abs().lessEqual(p.mul(half())));
  const isFar = isKept.logicalAnd(grown.abs().greater(p.mul(half())));
  const [a, b] = [p, q].map((x) => tf.where(isNear, x, one()));
  const near = a.mul(gap ? ratioDivergence(tf.where(isNear, gap, zero()), b, a) : itakuraSaito(b, a));
  const [c, d] = [p, q].map((x) => tf.where(isFar, x, one()).log());
  return tf.where(isNear, near, grown.add(p.mul(c.sub(d))));
}

/** The same of logarithms, both 0 where p excludes an outcome. */
function excessOfLogs(p: Tensor, logP: Tensor, q: Tensor, logQ: Tensor): Tensor {
  const rise = logQ.sub(logP), isNear = p.greater(zero()).logicalAnd(rise.abs().lessEqual(half()));
  const near = p.mul(log1pmx(expm1(tf.where(isNear, rise, zero())))).neg();
  return tf.where(isNear, near, q.sub(p).sub(p.mul(rise)));
}

registerKl(Bernoulli, Bernoulli, (p, q) => {
  const { probs, logits } = p.parameters, others = q.parameters;
  if (probs && others.probs) {
    const gap = others.probs.sub(probs);
    const rest = excess(one().sub(probs), one().sub(others.probs), gap.neg());
    return excess(probs, others.probs).add(rest);
  }
  const isOne = p.probs, isZero = logits ? logits.neg().sigmoid() : one().sub(probs);
  const term = (weight: Tensor, logProb: (d: Bernoulli, isKept: Tensor) => Tensor) => {
    const isKept = weight.greater(zero());
    return weight.mul(logProb(p, isKept).sub(logProb(q, isKept)));
  };
  const terms = term(isOne, logOne).add(term(isZero, logZero));
  return logits && others.logits ? betweenLogits(logits, others.logits, terms) : terms;
});

/** Chooses between the terms and, for logits that are close, the form in which nothing cancels. */
function betweenLogits(p: Tensor, q: Tensor, terms: Tensor): Tensor {
  // The rarer outcome's side: with its probability s and rise d, log(1 + s (e^d - 1)) - s d.
  const rise = tf.where(p.greater(zero()), p.sub(q), q.sub(p));
  const isNear = rise.abs().lessEqual(half()), rare = p.abs().neg().sigmoid();
  const growth = expm1(tf.where(isNear, rise, zero()));
  const near = log1pmx(rare.mul(growth)).sub(rare.mul(log1pmx(growth)));
  return tf.where(isNear, near, terms);
}

/** The log probability of a 1; 0 where it is not kept. */
function logOne({ parameters: { probs, logits } }: Bernoulli, isKept: Tensor): Tensor {
  return logits ? tf.where(isKept, logSigmoid(logits), zero()) : tf.where(isKept, probs, one()).log();
}

/** The log probability of a 0; 0 where it is not kept. */
function logZero({ parameters: { probs, logits } }: Bernoulli, isKept: Tensor): Tensor {
  return logits
    ? tf.where(isKept, logSigmoid(logits.neg()), zero())
    : log1p(tf.where(isKept, probs, zero()).neg());
}

function categories(p: Categorical | OneHotCategorical, q: Categorical | OneHotCategorical): Tensor {
  const { probs } = p, others = q.probs;
  if (p.parameters.probs && q.parameters.probs) return excess(probs, others).sum(-1);
  const isKept = probs.greater(zero());
  const [logP, logQ] = [p, q].map(({ parameters }) => keptLogProbs(parameters, isKept));
  return excessOfLogs(probs, logP, others, logQ).sum(-1);
}
registerKl(Categorical, Categorical, categories);
registerKl(OneHotCategorical, OneHotCategorical, categories);

registerKl(Poisson, Poisson, (p, q) => excess(p.rate, q.rate));
