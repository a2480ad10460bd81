import * as dist from "../../../../lib/distributions/mod.ts";
import { key } from "../../../../lib/tensor/random/mod.ts";
import type { Mistake, Row } from "./row.ts";

/** Families of countable numbers. */
export const rows: Readonly<Record<string, Row>> = {
  Bernoulli: [(a) => new dist.Bernoulli(a), [0.2, 0.7]],
  "Bernoulli by logits": [(a) => new dist.Bernoulli({ logits: a }), [-1, 2]],
  Binomial: [(a, b) => new dist.Binomial(a, b), 5, [0.2, 0.7]],
  "Binomial by logits": [(a, b) => new dist.Binomial(a, { logits: b }), [5, 2], [-1, 2]],
  Categorical: [(p) => new dist.Categorical(p), [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]],
  DiscreteUniform: [(a, b) => new dist.DiscreteUniform(a, b), [0, 3], [4, 5]],
  Poisson: [(a) => new dist.Poisson(a), [0.7, 12]],
  Delta: [(a) => new dist.Delta(a), [1, 2]],
  Geometric: [(a) => new dist.Geometric(a), [0.2, 0.7]],
  GammaPoisson: [(a, b) => new dist.GammaPoisson(a, b), [2, 9], [1, 3]],
  NegativeBinomial: [(a, b) => new dist.NegativeBinomial(a, b), [2, 9], [0.7, 0.3]],
  "NegativeBinomial by logits": [(a, b) => new dist.NegativeBinomial(a, { logits: b }), [2, 9], [1, -1]],
  NegativeBinomial2: [(a, b) => new dist.NegativeBinomial2(a, b), [2, 9], [1, 30]],
  "Geometric by logits": [(a) => new dist.Geometric({ logits: a }), [-1, 2]],
  BetaBinomial: [(a, b, n) => new dist.BetaBinomial(a, b, n), [2, 0.7], [3, 4], [9, 40]],
  OrderedLogistic: [(a, b) => new dist.OrderedLogistic(a, b), [0.3, -1], [-1, 0.5, 2]],
  ZeroInflated: [(g, r) => new dist.ZeroInflated(new dist.Poisson(r), g), [0.3, 0.6], [2, 9]],
  "ZeroInflated by logits": [
    (g, m, a) => new dist.ZeroInflated(new dist.NegativeBinomial2(m, a), { logits: g }),
    [-1, 0.5],
    [2, 9],
    3,
  ],
  Hurdle: [(g, r) => new dist.Hurdle(new dist.Poisson(r), g), [0.3, 0.6], [0.02, 9]],
  "Hurdle of NegativeBinomial2": [
    (g, m, a) => new dist.Hurdle(new dist.NegativeBinomial2(m, a), { logits: g }),
    [-1, 0.5],
    [2, 9],
    [0.3, 20],
  ],
  "Hurdle of Binomial": [(g, p) => new dist.Hurdle(new dist.Binomial(9, p), g), [0.3, 0.6], [0.05, 0.4]],
  "Hurdle of Geometric": [(g, p) => new dist.Hurdle(new dist.Geometric(p), g), [0.3, 0.6], [0.3, 0.7]],
};

/** Wrong arguments of these families. */
export const mistakes: readonly Mistake[] = [
  [
    () => new dist.BetaBinomial(1, 2, -1),
    "Cannot make BetaBinomial: totalCount has -1, which is not in the constraint nonNegativeInteger",
  ],
  [
    () => new dist.BetaBinomial(1, 2, 3).logProb(4),
    "Cannot score BetaBinomial: value has 4; expected values in the support, integerInterval(0, 3)",
  ],
  [
    () => new dist.OrderedLogistic(0, [1, 0]),
    "Cannot make OrderedLogistic: cutpoints has a vector, which is not in the constraint orderedVector",
  ],
  [
    () => new dist.ZeroInflated(new dist.Normal(0, 1), 0.5),
    "Cannot make ZeroInflated: found Normal, expected a family of counts; use Hurdle",
  ],
  [
    () => new dist.ZeroInflated(new dist.Multinomial(1, [1]), 0.5),
    "Cannot make ZeroInflated: found Multinomial with event shape [1], expected a distribution of numbers",
  ],
  [
    () => new dist.ZeroInflated(new dist.Poisson(1), 1.5),
    "Cannot make ZeroInflated: gate has 1.5, which is not in the constraint unitInterval",
  ],
  [
    () => new dist.Hurdle(new dist.Normal(0, 1), 0.5),
    "Cannot make Hurdle: found Normal with support real, expected numbers from 0",
  ],
  [
    () => new dist.Hurdle(new dist.BetaBinomial(1, 1, 3), 0.5).sample(key(0)),
    "BetaBinomial has no draws given that they are not 0; use ZeroInflated for Hurdle",
  ],
];
