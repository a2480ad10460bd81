import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { diagonal, triangularSolve } from "../../tensor/linalg/mod.ts";
import {
  betaln,
  digammaCorrection,
  digammaDifference,
  lgammaCorrection,
  logRatio,
  multivariateBetaln,
} from "../../tensor/special/mod.ts";
import { Beta, Dirichlet, Exponential, Gamma, Laplace } from "../families/mod.ts";
import { LogNormal, MultivariateNormal, Normal, Uniform } from "../families/mod.ts";
import { registerKl } from "./registry.ts";

/** Between normals: (ratio^2 + shift^2 - 1) / 2 - log ratio, in units of q's scale. */
function normal(p: Normal | LogNormal, q: Normal | LogNormal): Tensor {
  const ratio = p.scale.div(q.scale), shift = p.loc.sub(q.loc).div(q.scale);
  return ratio.square().add(shift.square()).sub(constant(1)).mul(constant(0.5)).sub(ratio.log());
}

registerKl(Normal, Normal, normal);
registerKl(LogNormal, LogNormal, normal);

registerKl(Laplace, Laplace, (p, q) => {
  const ratio = p.scale.div(q.scale), distance = p.loc.sub(q.loc).abs();
  const rest = ratio.mul(distance.div(p.scale).neg().exp()).add(distance.div(q.scale)).sub(constant(1));
  return rest.sub(ratio.log());
});

registerKl(Exponential, Exponential, (p, q) => {
  return q.rate.div(p.rate).sub(constant(1)).sub(logRatio(q.rate, p.rate));
});

// lgamma and digamma by Stirling's formula and its corrections: with the plain functions the terms
// of large concentrations cancel to nothing in float32.
registerKl(Gamma, Gamma, (p, q) => {
  const a = p.concentration, b = q.concentration, half = constant(0.5);
  const rates = q.rate.div(p.rate);
  // digamma(a) - log(a)
  const gap = digammaCorrection(a).sub(half.div(a));
  const correction = lgammaCorrection(b).sub(lgammaCorrection(a));
  const logs = b.mul(logRatio(b, a)).sub(b).add(a).sub(half.mul(logRatio(b, a)));
  return a.sub(b).mul(gap).add(correction).add(logs).sub(b.mul(rates.log()))
    .add(a.mul(rates.sub(constant(1))));
});

registerKl(Beta, Beta, (p, q) => {
  const a = p.concentration1, b = p.concentration0, total = a.add(b);
  return betaln(q.concentration1, q.concentration0).sub(betaln(a, b))
    .add(a.sub(q.concentration1).mul(digammaDifference(a, total)))
    .add(b.sub(q.concentration0).mul(digammaDifference(b, total)));
});

registerKl(Uniform, Uniform, (p, q) => {
  const isInside = p.low.greaterEqual(q.low).logicalAnd(p.high.lessEqual(q.high));
  const logs = q.high.sub(q.low).div(p.high.sub(p.low)).log();
  return tf.where(isInside, logs, constant(Infinity));
});

registerKl(Dirichlet, Dirichlet, (p, q) => {
  const a = p.concentration, logs = digammaDifference(a, a.sum(-1, true));
  return multivariateBetaln(q.concentration).sub(multivariateBetaln(a))
    .add(a.sub(q.concentration).mul(logs).sum(-1));
});

registerKl(MultivariateNormal, MultivariateNormal, (p, q) => {
  const logDiagonal = (factor: Tensor) => diagonal(factor).log().sum(-1);
  const spread = triangularSolve(q.scaleTril, p.scaleTril).square().sum([-2, -1]);
  const shift = triangularSolve(q.scaleTril, p.loc.sub(q.loc).expandDims(-1)).square().sum([-2, -1]);
  return spread.add(shift).sub(constant(p.eventShape[0])).mul(constant(0.5))
    .add(logDiagonal(q.scaleTril)).sub(logDiagonal(p.scaleTril));
});
