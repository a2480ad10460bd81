import * as dist from "../../../../lib/distributions/mod.ts";
import type { Mistake, Row } from "./row.ts";

/** Families of vectors and matrices. */
export const rows: Readonly<Record<string, Row>> = {
  Dirichlet: [(a) => new dist.Dirichlet(a), [[1, 2, 3], [4, 0.9, 1]]],
  OneHotCategorical: [(a) => new dist.OneHotCategorical(a), [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]],
  MultivariateNormal: [(a, b) => new dist.MultivariateNormal(a, { scaleTril: b }), [[0, 1], [2, 3]], [
    [1, 0],
    [0.5, 2],
  ]],
  Multinomial: [(n, p) => new dist.Multinomial(n, p), [9, 4], [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]],
  "Multinomial by logits": [(n, l) => new dist.Multinomial(n, { logits: l }), 7, [[0, -1, 2, 1, 0], [
    1,
    1,
    0,
    -2,
    0,
  ]]],
  DirichletMultinomial: [(a, n) => new dist.DirichletMultinomial(a, n), [[1, 2, 3], [4, 0.9, 1]], [8, 12]],
  RelaxedOneHotCategorical: [
    (t, p) => new dist.RelaxedOneHotCategorical(t, p),
    [0.5, 2],
    [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]],
  ],
  "RelaxedOneHotCategorical by logits": [(t, l) => new dist.RelaxedOneHotCategorical(t, { logits: l }), [
    0.5,
    2,
  ], [
    1,
    0,
    -1,
  ]],
};

/** Wrong arguments of these families. */
export const mistakes: readonly Mistake[] = [
  [
    () => new dist.RelaxedOneHotCategorical(1, [0.5, 0.4]),
    "Cannot make RelaxedOneHotCategorical: probs has a vector, which is not in the constraint simplex",
  ],
  [
    () => new dist.Multinomial(3, [0.5, 0.5]).logProb([1, 1]),
    "Cannot score Multinomial: value has a vector; expected values in the support, multinomial(3)",
  ],
  [
    () => new dist.Multinomial(3, { probs: [1], logits: [0] }),
    "Cannot make Multinomial: expected either probs or logits, found both",
  ],
  [
    () => new dist.DirichletMultinomial([1, 0], 3),
    "Cannot make DirichletMultinomial: concentration has a vector, which is not in the constraint independent(positive, 1)",
  ],
];
