import * as dist from "../../../lib/distributions/mod.ts";
import type { Tensor } from "../../../lib/tensor/mod.ts";
import type { EdgeCase } from "./edge_case.ts";

const inf = Infinity, ln2 = Math.LN2;
const transformed = (base: dist.Distribution, ...transforms: dist.Transform[]) =>
  new dist.TransformedDistribution(base, transforms);
const steps = Math.log(Math.expm1(1)), ends = [-inf, -inf, -inf, -inf], zeros = [0, 0, 0, 0];
const { interval } = dist.constraints;
/** A normal with mean l = 0.5 and scale 2, at a point that came from x. */
const normal = (x: number, logSlope: number) =>
  -((x - 0.5) ** 2) / 8 - ln2 - Math.log(2 * Math.PI) / 2 - logSlope;

export const transforms: readonly EdgeCase[] = [
  [
    (l) => transformed(new dist.Normal(l, 2), new dist.ExpTransform()),
    [0.5],
    [1, 0, -1, inf],
    [normal(0, 0), -inf, -inf, -inf],
    [[-0.875, 0, 0, 0], [-0.125, 0, 0, 0]],
    [[0.625, 0, 0, 0], [-0.25, 0, 0, 0]],
  ],
  [
    (l) => transformed(new dist.Normal(l, 2), new dist.SigmoidTransform()),
    [0.5],
    [0.5, 0, 1, -0.5, 1.5],
    [normal(0, Math.log(0.25)), ...ends],
    [[0.5, ...zeros], [-0.125, ...zeros]],
    [[4, ...zeros], [-0.25, ...zeros]],
  ],
  [
    (l) => transformed(new dist.Normal(l, 2), new dist.TanhTransform()),
    [0.5],
    [0, -1, 1, -2, 2],
    [normal(0, 0), ...ends],
    [[0.125, ...zeros], [-0.125, ...zeros]],
    [[1.75, ...zeros], [-0.25, ...zeros]],
  ],
  [
    (l) => transformed(new dist.Normal(l, 2), dist.bijectTo(interval(1, 3))),
    [0.5],
    [2, 1, 3, 0, 4],
    [normal(0, Math.log(0.5)), ...ends],
    [[0.25, ...zeros], [-0.125, ...zeros]],
    [[1, ...zeros], [-0.25, ...zeros]],
  ],
  [
    (l) => transformed(new dist.Normal(l, 2), new dist.SoftplusTransform()),
    [0.5],
    [1, 0, -1, inf],
    [normal(steps, Math.log1p(-1 / Math.E)), -inf, -inf, -inf],
    [null, [(steps - 0.5) / 4, 0, 0, 0]],
    [null, [-0.25, 0, 0, 0]],
  ],
  [
    (a) => transformed(new dist.Beta(a, 3), new dist.AffineTransform(1, 2)),
    [1],
    [1, 3, 0, 4],
    [Math.log(1.5), -inf, -inf, -inf],
    [[-1, -inf, 0, 0], [-inf, 11 / 6, 0, 0]],
    [[-0.5, -inf, 0, 0], [-49 / 36, -49 / 36, 0, 0]],
  ],
  [
    (r) => transformed(new dist.Exponential(r), dist.inverseOf(new dist.ExpTransform())),
    [1],
    [0, -inf, inf],
    [-1, -inf, -inf],
    [[0, 0, 0], [0, 0, 0]],
    [[-1, 0, 0], null],
  ],
  // Tails that fall as fast as the slope, or more slowly.
  [
    (l) => transformed(new dist.Laplace(l, 1), new dist.SigmoidTransform()),
    [0.25],
    [0, 1, -1],
    [-ln2 - 0.25, -ln2 + 0.25, -inf],
    [null, [-1, 1, 0]],
    [null, [0, 0, 0]],
  ],
  [
    (l) => transformed(new dist.Cauchy(l, 2), new dist.SigmoidTransform()),
    [0.25],
    [0, 1, -1],
    [inf, inf, -inf],
    [null, [0, 0, 0]],
    [null, [0, 0, 0]],
  ],
  [
    (l) => transformed(new dist.Laplace(l, 0.5), new dist.ExpTransform()),
    [0.25],
    [0, -1],
    [-inf, -inf],
    [[0, 0], [0, 0]],
    [[0, 0], [0, 0]],
  ],
  [
    (l) =>
      transformed(
        new dist.Normal(l.expandDims(-1).tile([1, 2]) as Tensor, 2).toEvent(1),
        new dist.StickBreakingTransform(),
      ),
    [0.5],
    [[0.5, 0.25, 0.25], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0.5, 0.6, 0.3]],
    [normal(ln2, 0) + normal(0, 0) + Math.log(32), -inf, ...ends],
    [null, [ln2 / 4 - 0.25, 0, ...zeros]],
    [null, [-0.5, 0, ...zeros]],
  ],
];
