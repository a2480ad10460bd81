import * as dist from "../../../../lib/distributions/mod.ts";
import { tf } from "../../../../lib/tensor/mod.ts";
import { key } from "../../../../lib/tensor/random/mod.ts";
import type { Mistake, Row } from "./row.ts";

/** Distributions made from others. */
export const rows: Readonly<Record<string, Row>> = {
  "Truncated Normal": [
    (loc, scale, low, high) => new dist.Truncated(new dist.Normal(loc, scale), { low, high }),
    [0, 3],
    [1, 2],
    [-1, 6],
    [2, 9],
  ],
  "Normal above": [(loc, scale, low) => new dist.Truncated(new dist.Normal(loc, scale), { low }), [0, 3], 1, [
    -1,
    4,
  ]],
  "Truncated Laplace": [
    (loc, scale, low, high) => new dist.Truncated(new dist.Laplace(loc, scale), { low, high }),
    [0, 3],
    [1, 2],
    [-1, 6],
    [2, 9],
  ],
  "Logistic below": [
    (loc, scale, high) => new dist.Truncated(new dist.Logistic(loc, scale), { high }),
    [0, 3],
    1,
    [-1, 4],
  ],
  "Exponential between": [
    (rate, low, high) => new dist.Truncated(new dist.Exponential(rate), { low, high }),
    [1, 0.5],
    [0.5, 1],
    [2, 9],
  ],
  "Cauchy above": [(loc, low) => new dist.Truncated(new dist.Cauchy(loc, 2), { low }), [0, 3], [1, -5]],
  "Poisson from 1 on": [(rate) => new dist.Truncated(new dist.Poisson(rate), { low: 1 }), [0.3, 4]],
  "NegativeBinomial2 between": [
    (mean, low) => new dist.Truncated(new dist.NegativeBinomial2(mean, 3), { low, high: 12 }),
    [2, 9],
    [3, 0],
  ],
  "Binomial below": [(p) => new dist.Truncated(new dist.Binomial(9, p), { high: 4 }), [0.2, 0.8]],
  Folded: [(loc, scale) => new dist.Folded(new dist.Normal(loc, scale)), [0.5, -2], [1, 3]],
  LeftCensored: [(c, loc) => new dist.LeftCensored(new dist.Normal(loc, 2), c), 0, [0, 1]],
  RightCensored: [(c, rate) => new dist.RightCensored(new dist.Exponential(rate), c), 0, [0.5, 2]],
  Mixture: [
    (logits, loc, scale) => new dist.Mixture(new dist.Categorical({ logits }), new dist.Normal(loc, scale)),
    [[0.5, 1, 0], [1, 1, -1]],
    [[-3, 0, 2], [1, 5, 2]],
    [[1, 0.5, 2], [2, 1, 1]],
  ],
  "Mixture of counts": [
    (probs, rate) => new dist.Mixture(new dist.Categorical(probs), new dist.Poisson(rate)),
    [0.25, 0.75],
    [[1, 8], [3, 5]],
  ],
  "Mixture of several families": [
    (probs, loc, scale) =>
      new dist.Mixture(new dist.Categorical(probs), [new dist.Normal(loc, 1), new dist.Laplace(2, scale)]),
    [[0.25, 0.75], [0.5, 0.5]],
    [-1, 3],
    [1, 2],
  ],
  MaskedMixture: [
    (a, b) =>
      new dist.MaskedMixture(
        tf.tensor([false, true], [2], "bool"),
        new dist.Normal(a, 1),
        new dist.Laplace(b, 2),
      ),
    [0, 1],
    [2, 3],
  ],
  "Mixture of vectors": [
    (probs, a) => new dist.Mixture(new dist.Categorical(probs), new dist.Dirichlet(a)),
    [[0.25, 0.75], [0.5, 0.5]],
    [[[1, 2, 3], [4, 1, 1]], [[2, 2, 2], [5, 1, 4]]],
  ],
  IntervalCensored: [(loc, scale) => new dist.IntervalCensored(new dist.Normal(loc, scale)), [0, 3], [1, 2]],
};

/** Wrong arguments of these. */
export const mistakes: readonly Mistake[] = [
  [
    () => new dist.Truncated(new dist.Normal(0, 1), {}),
    "Cannot make Truncated: found neither low nor high, expected one or both",
  ],
  [
    () => new dist.Truncated(new dist.Normal(0, 1), { low: 1, high: 0 }),
    "Cannot make Truncated: high has 0, which is not in the constraint greaterThan(1)",
  ],
  [
    () => new dist.Truncated(new dist.Poisson(1), { low: 0.5 }),
    "Cannot make Truncated: low has 0.5, which is not in the constraint integer",
  ],
  [
    () => new dist.Truncated(new dist.Poisson(1), { low: 3, high: 2 }),
    "Cannot make Truncated: high has 2, which is not in the constraint integerGreaterThanEq(3)",
  ],
  [
    () => new dist.Truncated(new dist.Poisson(1), { low: 3 }).logProb(2),
    "Cannot score Truncated: value has 2; expected values in the support, integerGreaterThanEq(3)",
  ],
  [
    () => new dist.Truncated(new dist.Dirichlet([1, 1]), { low: 1 }),
    "Cannot make Truncated: found Dirichlet with event shape [2], expected a distribution of numbers",
  ],
  [
    () => new dist.Truncated(new dist.Normal([0, 1, 2], 1), { low: [1, 2] }),
    "Cannot make Truncated: the shapes of low [2] and the base's batch [3] do not broadcast",
  ],
  [
    () => new dist.Truncated(new dist.Stable(1.5, 0), { low: 0.5 }).sample(key(0)),
    "Stable has no cdf in closed form; take the share of samples up to the value instead",
  ],
  [
    () => new dist.Truncated(new dist.Normal(0, 1), { low: 1 }).logProb(0.5),
    "Cannot score Truncated: value has 0.5; expected values in the support, greaterThanEq(1)",
  ],
  [
    () => new dist.Folded(new dist.Poisson(1)),
    "Cannot make Folded: found Poisson, expected a continuous distribution",
  ],
  [
    () => new dist.RightCensored(new dist.Normal(0, 1), 2),
    "Cannot make RightCensored: censored has 2, which is not in the constraint boolean",
  ],
  [
    () => new dist.IntervalCensored(new dist.Normal(0, 1)).logProb([2, 1]),
    "Cannot score IntervalCensored: value has a vector; expected values in the support, orderedVector",
  ],
  [
    () => new dist.Mixture(new dist.Categorical([0.5, 0.5]), new dist.Normal([0, 1, 2], 1)),
    "Cannot make Mixture: found 3 components and a mixing distribution of 2 categories, expected as many; of one distribution, they lie along its last batch axis",
  ],
  [
    () =>
      new dist.Mixture(new dist.Categorical([0.5, 0.5]), [new dist.Normal(0, 1), new dist.Dirichlet([1, 1])]),
    "Cannot make Mixture: found components with the event shapes [] and [2], expected one shape",
  ],
  [
    () => new dist.Mixture(new dist.Categorical([1]), [new dist.Poisson(1)]).logProb(-1),
    "Cannot score Mixture: value has -1; expected values in the support, nonNegativeInteger",
  ],
  [
    () => new dist.ImproperUniform(dist.constraints.simplex),
    "Cannot make ImproperUniform: the constraint simplex is one of 1 axes, found the event shape []",
  ],
  [
    () => new dist.ImproperUniform("real" as any),
    'Cannot make ImproperUniform: found "real", expected a constraint, as constraints.real',
  ],
  [
    () => new dist.ImproperUniform(dist.constraints.real, 3 as any),
    "Cannot make ImproperUniform: found 3, expected a batch shape, such as [4]",
  ],
  [
    () => new dist.ImproperUniform(dist.constraints.real, [], [2.5]),
    "Cannot make ImproperUniform: found [2.5], expected an event shape, such as [2]",
  ],
  [
    () => new dist.Delta([1, 2], { eventDim: 2 }),
    "Cannot make Delta: eventDim is 2, expected an integer from 0 to 1, the axes of the value",
  ],
  [
    () => new dist.Normal(0, 1).expand([2.5]),
    "Cannot expand Normal: found [2.5], expected a shape, such as [4]",
  ],
  [
    () => new dist.Normal(0, 1).sample(key(0), [-1]),
    "Cannot draw from Normal: found [-1], expected a shape, such as [1000]",
  ],
  [
    () => new dist.Normal(0, 1).mask(3 as any),
    'Cannot mask Normal: found 3, expected a mask, as tf.tensor([true, false], [2], "bool")',
  ],
  [
    () => new dist.Normal([0, 1], 1).toEvent("1" as any),
    'Cannot make "1" batch axes of Normal event axes: its batch shape is [2], so toEvent takes 0 to 1',
  ],
  [
    () => new dist.Mixture(new dist.Normal(0, 1) as any, [new dist.Normal(0, 1)]),
    "Cannot make Mixture: found Normal as the mixing distribution, expected a Categorical",
  ],
  [
    () =>
      new dist.MaskedMixture(
        tf.tensor([true], [1], "bool"),
        new dist.Normal(0, 1),
        new dist.Dirichlet([1, 1]),
      ),
    "Cannot make MaskedMixture: found components with the event shapes [] and [2], expected one shape",
  ],
  [
    () => new dist.TransformedDistribution(new dist.Normal(0, 1), "exp" as any),
    'Cannot make TransformedDistribution: found "exp", expected a transform, such as new ExpTransform()',
  ],
  [
    () => new dist.Conditional(3 as any),
    "Cannot make Conditional: found 3, expected a function of a context",
  ],
  [
    () => new dist.ConditionalTransformedDistribution(new dist.Normal(0, 1), 3 as any),
    "Cannot make ConditionalTransformedDistribution: found 3, expected a list of transforms",
  ],
  [
    () => new dist.Empirical([1, 2], [0]),
    "Cannot make Empirical: found samples of shape [2] and log weights of shape [1], expected [n, ...event] and [n]",
  ],
];
