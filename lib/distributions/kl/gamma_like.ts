import { broadcastShapes, constant, type Tensor, tf } from "../../tensor/mod.ts";
import { lgammaCorrectionDivergence, ratioDivergence } from "../../tensor/special/mod.ts";
import { Beta, Dirichlet, Gamma } from "../families/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { registerKl } from "./registry.ts";

// Divergences of families whose log densities hold lgammas of their parameters. Written with lgamma
// and digamma, as in textbooks, large terms cancel. By Stirling's formula they are sums of parts
// that are 0 where the parameters are equal, and have all their digits near there.

registerKl(Gamma, Gamma, (p, q) => {
  const a = p.concentration, b = q.concentration, half = constant(0.5);
  const grown = b.sub(a), rates = q.rate.sub(p.rate).div(p.rate);
  // The mean of p in units of q's rate, and what it differs by from q's.
  const mean = a.mul(q.rate.div(p.rate)), shift = a.mul(rates).sub(grown);
  return b.mul(ratioDivergence(shift, mean, b)).add(ratioDivergence(grown, b, a).mul(half))
    .add(lgammaCorrectionDivergence(grown, b, a));
});

/** Between Dirichlets with concentrations a and b along the last axis. */
function dirichlet(a: Tensor, b: Tensor): Tensor {
  const half = constant(0.5), one = constant(1), grown = b.sub(a);
  const total = a.sum(-1, true), newTotal = b.sum(-1, true), totalGrown = grown.sum(-1, true);
  // a / b in proportion to the totals, and what it differs by from 1.
  const share = a.div(b).mul(newTotal.div(total));
  const change = a.div(b).mul(totalGrown.div(total)).sub(grown.div(b));
  const parts = b.mul(ratioDivergence(change, share, one)).add(ratioDivergence(grown, b, a).mul(half))
    .add(lgammaCorrectionDivergence(grown, b, a)).sum(-1);
  const whole = ratioDivergence(totalGrown, newTotal, total).mul(half)
    .add(lgammaCorrectionDivergence(totalGrown, newTotal, total)).squeeze([-1]);
  const divergence = parts.sub(whole);
  // Rounding alone can lead below 0.
  return tf.where(divergence.less(constant(0)), constant(0), divergence);
}

registerKl(Dirichlet, Dirichlet, (p, q) => dirichlet(p.concentration, q.concentration));

registerKl(Beta, Beta, (p, q) => {
  const shape = broadcastShapes(p.batchShape, q.batchShape);
  const vector = ({ concentration1, concentration0 }: Beta) =>
    tf.stack([concentration1, concentration0].map((c) => broadcastTo(c, shape)), -1) as Tensor;
  return dirichlet(vector(p), vector(q));
});
