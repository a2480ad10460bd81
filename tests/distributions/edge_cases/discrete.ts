import * as dist from "../../../lib/distributions/mod.ts";
import type { EdgeCase } from "./edge_case.ts";

const inf = Infinity, ln2 = Math.LN2, none = [0, 0, 0];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x)), slope = sigmoid(0.25) * sigmoid(-0.25);

export const discrete: readonly EdgeCase[] = [
  [
    (p) => new dist.Bernoulli(p),
    [0.25],
    [0, 1, 0.5, 2, -1, inf],
    [Math.log(0.75), Math.log(0.25), -inf, -inf, -inf, -inf],
    [null, [-4 / 3, 4, 0, 0, 0, 0]],
    [null, [-16 / 9, -16, 0, 0, 0, 0]],
  ],
  [(p) => new dist.Bernoulli(p), [0], [0, 1, 0.5], [0, -inf, -inf], [null, [-1, inf, 0]], [null, [
    -1,
    -inf,
    0,
  ]]],
  [(p) => new dist.Bernoulli(p), [1], [0, 1, 0.5], [-inf, 0, -inf], [null, [-inf, 1, 0]], [null, [
    -inf,
    -1,
    0,
  ]]],
  [
    (l) => new dist.Bernoulli({ logits: l }),
    [0.25],
    [0, 1, 0.5, 2, -1],
    [Math.log(sigmoid(-0.25)), Math.log(sigmoid(0.25)), -inf, -inf, -inf],
    [[0.25, 0.25, 0, 0, 0], [-sigmoid(0.25), sigmoid(-0.25), 0, 0, 0]],
    [[0, 0, 0, 0, 0], [-slope, -slope, 0, 0, 0]],
  ],
  [(l) => new dist.Bernoulli({ logits: l }), [inf], [0, 1], [-inf, 0], [null, [-1, 0]], [null, [0, 0]]],
  [(l) => new dist.Bernoulli({ logits: l }), [-inf], [0, 1], [0, -inf], [null, [0, 1]], [null, [0, 0]]],
  [
    (p) => new dist.Categorical(p),
    [[0, 0.5, 0.5]],
    [0, 1, 2, 3, -1, 0.5],
    [-inf, -ln2, -ln2, -inf, -inf, -inf],
    [null, [[inf, 0, 0], [0, 2, 0], [0, 0, 2], none, none, none]],
    [null, [[-inf, 0, 0], [0, -4, 0], [0, 0, -4], none, none, none]],
  ],
  [
    (l) => new dist.Categorical({ logits: l }),
    [[-inf, 0, 0]],
    [1, 2, 3, -1],
    [-ln2, -ln2, -inf, -inf],
    [null, [[0, 0.5, -0.5], [0, -0.5, 0.5], none, none]],
    [null, [none, none, none, none]],
  ],
  [(l) => new dist.Categorical({ logits: l }), [[0, inf, 1]], [1, 2, 0], [0, -inf, -inf], [null, [
    none,
    none,
    none,
  ]], [
    null,
    null,
  ]],
  [
    (p) => new dist.OneHotCategorical(p),
    [[0, 0.5, 0.5]],
    [[0, 1, 0], [1, 0, 0], [0.5, 0.5, 0], [1, 1, 0], none],
    [-ln2, -inf, -inf, -inf, -inf],
    [null, [[0, 2, 0], [inf, 0, 0], none, none, none]],
    [null, [[0, -4, 0], [-inf, 0, 0], none, none, none]],
  ],
  [
    (l) => new dist.OneHotCategorical({ logits: l }),
    [[0, inf, 1]],
    [[0, 1, 0], [1, 0, 0]],
    [0, -inf],
    [null, [none, none]],
    [null, null],
  ],
  [
    (r) => new dist.Poisson(r),
    [2],
    [0, 2, -1, 1.5, inf],
    [-2, 2 * ln2 - 2 - ln2, -inf, -inf, -inf],
    [null, [-1, 0, 0, 0, 0]],
    [null, [0, -0.5, 0, 0, 0]],
  ],
  [(r) => new dist.Poisson(r), [0], [0, 1, -1], [0, -inf, -inf], [null, [-1, inf, 0]], [null, [0, -inf, 0]]],
  [(v) => new dist.Delta(v), [1], [1, 0, inf], [0, -inf, -inf], [[0, 0, 0], null], [null, null]],
];
