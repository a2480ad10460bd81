import * as dist from "../../../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../../../lib/tensor/mod.ts";
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
  MultivariateStudentT: [
    (df, loc, l) => new dist.MultivariateStudentT(df, loc, l),
    [12, 20],
    [[0, 1], [2, 3]],
    [[1, 0], [0.5, 2]],
  ],
  GaussianRandomWalk: [(scale) => new dist.GaussianRandomWalk(scale, 4), [1, 3]],
  LKJCholesky: [(c) => new dist.LKJCholesky(3, c), [1, 4]],
  LKJ: [(c) => new dist.LKJ(3, c), [1.5, 4]],
  ZeroSumNormal: [(scale) => new dist.ZeroSumNormal(scale, [3]), [1, 3]],
  "ZeroSumNormal of matrices": [(scale) => new dist.ZeroSumNormal(scale, [3, 2]), [1, 3]],
  CAR: [
    (loc, c, p) => new dist.CAR(loc, c, p, [[0, 1, 0], [1, 0, 1], [0, 1, 0]]),
    [[0, 1, 2], [2, 3, 0]],
    [0.5, -0.3],
    [2, 1],
  ],
  ProjectedNormal: [(c) => new dist.ProjectedNormal(c), [[1, 0.5], [-2, 0]]],
  "ProjectedNormal in 4 dimensions": [(c) => new dist.ProjectedNormal(c), [[1, 0.5, 0, -1], [0, 0.1, 0, 0]]],
  GaussianStateSpace: [
    (a, l) => new dist.GaussianStateSpace(3, a, { scaleTril: l }),
    [[[0.5, 0.2], [0, 1]], [[1, 0], [0.3, -0.5]]],
    [[1, 0], [0.5, 2]],
  ],
  GaussianCopula: [
    (c) => new dist.GaussianCopula(new dist.Exponential([1, 2]), c),
    [[[1, 0.6], [0.6, 1]], [[1, -0.3], [-0.3, 1]]],
  ],
  GaussianCopulaBeta: [
    (c) => new dist.GaussianCopulaBeta([2, 0.8], [3, 1.5], c),
    [[[1, 0.6], [0.6, 1]], [[1, -0.3], [-0.3, 1]]],
  ],
  EulerMaruyama: [
    (k, s) => new dist.EulerMaruyama([0, 0.1, 0.4], (x) => [x.mul(k), s], new dist.Normal([0, 1], 1)),
    [-1, 0.5],
    [0.5, 2],
  ],
  Wishart: [(c, s) => new dist.Wishart(c, s), [6, 9], [[1, 0.2], [0.2, 2]]],
  WishartCholesky: [(c, s) => new dist.WishartCholesky(c, s), [6, 9], [[1, 0.2], [0.2, 2]]],
  InverseWishart: [(c, s) => new dist.InverseWishart(c, s), [20, 25], [[1, 0.2], [0.2, 2]]],
  LowRankMultivariateNormal: [
    (loc, w, d) => new dist.LowRankMultivariateNormal(loc, w, d),
    [[0, 1, 2], [2, 3, 0]],
    [[1, 0.5], [0.5, 2], [-1, 1]],
    [1, 2, 0.5],
  ],
  MatrixNormal: [
    (loc, rows, columns) => new dist.MatrixNormal(loc, rows, columns),
    [[[0, 1, 2], [1, 0, 1]], [[3, 1, 0], [0, 2, 1]]],
    [[1, 0], [0.5, 2]],
    [[1, 0, 0], [0.5, 2, 0], [-1, 0.3, 0.5]],
  ],
};

/** Wrong arguments of these families. */
export const mistakes: readonly Mistake[] = [
  [() => new dist.LKJ(1.5), "Cannot make LKJ: found the size 1.5, expected an integer from 2"],
  [
    () => new dist.LKJ(2).logProb([[1, 0.5], [0.4, 1]]),
    "Cannot score LKJ: value has a matrix; expected values in the support, corrMatrix",
  ],
  [
    () => new dist.ZeroSumNormal(1, [3, 1]),
    "Cannot make ZeroSumNormal: found the event shape [3, 1], expected axes of 2 or more, as [3]",
  ],
  [
    () => new dist.ZeroSumNormal(1, 3 as any),
    "Cannot make ZeroSumNormal: found the event shape 3, expected axes of 2 or more, as [3]",
  ],
  [
    () => new dist.ZeroSumNormal(1, "3" as any),
    'Cannot make ZeroSumNormal: found the event shape "3", expected axes of 2 or more, as [3]',
  ],
  [
    () => new dist.ZeroSumNormal(1, undefined as any),
    "Cannot make ZeroSumNormal: found the event shape undefined, expected axes of 2 or more, as [3]",
  ],
  [
    () => new dist.GaussianRandomWalk(1, "4" as any),
    'Cannot make GaussianRandomWalk: found "4" steps, expected a positive integer',
  ],
  [
    () => new dist.MultivariateNormal(undefined as any, { scaleTril: [[1]] }),
    "Cannot make MultivariateNormal: loc is undefined, expected a tensor or numbers",
  ],
  [
    () => new dist.OrderedLogistic(0, 1),
    "Cannot make OrderedLogistic: cutpoints has shape [], expected at least 1 axis",
  ],
  [
    () => new dist.Wishart(3, [[1]], null as any),
    "Cannot make Wishart: found null in the place of the options, expected { validate }",
  ],
  [
    () => {
      // Components from the first axis, which has the times.
      const swapped = (x: Tensor): [Tensor, Tensor] => [tf.stack([x.gather(1), x.gather(0)]), tf.scalar(1)];
      const first = new dist.Normal([0, 1], 1).toEvent(1);
      return new dist.EulerMaruyama([0, 1, 2, 3], swapped, first).logProb(tf.zeros([4, 2]));
    },
    "Cannot follow EulerMaruyama: the equation gives [2, 2] for states of shape [3, 2], whose axes on the left are times " +
    "and members; it is of the 1 last ones",
  ],
  [
    () => {
      // As many steps as components, where the shapes alone do not tell.
      const swapped = (x: Tensor): [Tensor, Tensor] => [tf.stack([x.gather(1), x.gather(0)]), tf.scalar(1)];
      const first = new dist.Normal([0, 1], 1).toEvent(1);
      return new dist.EulerMaruyama([0, 1, 2], swapped, first).logProb(tf.zeros([3, 2]));
    },
    "Cannot follow EulerMaruyama: the equation gives [2, 2, 2] for states of shape [3, 2, 2], whose axes on the left are " +
    "times and members; it is of the 1 last ones",
  ],
  [
    () => new dist.EulerMaruyama([0, 1], "x" as any, new dist.Normal(0, 1)),
    'Cannot make EulerMaruyama: found "x", expected a function of states and times',
  ],
  [
    () => new dist.EulerMaruyama([0, 1], (x) => [x, x], undefined as any),
    "Cannot make EulerMaruyama: found nothing, expected a distribution, such as new Normal(0, 1)",
  ],
  [
    () => new dist.EulerMaruyama([0, 1], (x) => [x, x], new dist.Normal(0, 1), 2 as any),
    "Cannot make EulerMaruyama: found 2, expected a batch shape, such as [4]",
  ],
  [
    () => new dist.ZeroSumNormal(1, [2]).logProb([1, 1]),
    "Cannot score ZeroSumNormal: value has a vector; expected values in the support, zeroSum(1)",
  ],
  [
    () => new dist.CAR([0, 0, 0], 0.5, 1, [[0, 1], [1, 0]]),
    "Cannot make CAR: found an adjacency [2, 2] and loc [3], expected [n, n] and [..., n]",
  ],
  [
    () => new dist.CAR([0, 0], 0.5, 1, [[0, 1], [0, 0]]),
    "Cannot make CAR: adjacency has a matrix, which is not in the constraint symmetric",
  ],
  [
    () => new dist.ProjectedNormal([1]),
    "Cannot make ProjectedNormal: found 1 dimensions, expected 2 or more",
  ],
  [
    () => new dist.GaussianStateSpace(0, [[1]], { scaleTril: [[1]] }),
    "Cannot make GaussianStateSpace: found 0 steps, expected a positive integer",
  ],
  [
    () => new dist.GaussianCopula(new dist.Poisson([1, 2]), [[1, 0], [0, 1]]),
    "Cannot make GaussianCopula: found Poisson, expected a continuous distribution",
  ],
  [
    () => new dist.GaussianCopula(new dist.Normal(0, 1), [[1, 0], [0, 1]]),
    "Cannot make GaussianCopula: found the batch shape [] and a correlation [2,2], expected [..., n] and [..., n, n]",
  ],
  [
    () => new dist.GaussianCopula(new dist.Normal([0, 1], 1), [[1, 2], [2, 1]]),
    "Cannot make GaussianCopula: correlation has a matrix, which is not in the constraint corrMatrix",
  ],
  [
    () => new dist.EulerMaruyama([0], (x) => [x, x], new dist.Normal(0, 1)),
    "Cannot make EulerMaruyama: found times of shape [1], expected 2 or more along one axis",
  ],
  [
    () => new dist.MatrixNormal([[0, 0]], [[1]], [[1]]),
    "Cannot make MatrixNormal: found loc [1,2], scaleTrilRow [1,1] and scaleTrilColumn [1,1], expected [..., n, p], [..., n, n] and [..., p, p]",
  ],
  [
    () => new dist.MultivariateStudentT(0, [0, 0], [[1, 0], [0, 1]]),
    "Cannot make MultivariateStudentT: df has 0, which is not in the constraint positive",
  ],
  [
    () => new dist.GaussianRandomWalk(1, 1.5),
    "Cannot make GaussianRandomWalk: found 1.5 steps, expected a positive integer",
  ],
  [() => new dist.LKJCholesky(1), "Cannot make LKJCholesky: found the size 1, expected an integer from 2"],
  [
    () => new dist.Wishart(1, [[1, 0], [0, 1]]),
    "Cannot make Wishart: concentration has 1, which is not in the constraint greaterThan(1)",
  ],
  [
    () => new dist.Wishart(3, [[1, 2], [2, 1]]),
    "Cannot make Wishart: scale has a matrix, which is not in the constraint positiveDefinite",
  ],
  [
    () => new dist.InverseWishart(3, [1, 2]),
    "Cannot make InverseWishart: found a scale of shape [2], expected [..., n, n]",
  ],
  [
    () => new dist.LowRankMultivariateNormal([0, 0], [[1], [1]], [1, 1, 1]),
    "Cannot make LowRankMultivariateNormal: found loc [2], covFactor [2,1] and covDiag [3], expected [..., n], [..., n, r] and [..., n]",
  ],
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
