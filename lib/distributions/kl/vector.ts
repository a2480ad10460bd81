import { constant, type Tensor } from "../../tensor/mod.ts";
import { diagonal, triangularSolve } from "../../tensor/linalg/mod.ts";
import { digammaDifference, multivariateBetaln } from "../../tensor/special/mod.ts";
import { Dirichlet } from "../families/dirichlet.ts";
import { MultivariateNormal } from "../families/multivariate_normal.ts";
import { registerKl } from "./registry.ts";

registerKl(Dirichlet, Dirichlet, (p, q) => {
  const a = p.concentration;
  const logs = digammaDifference(a, a.sum(-1, true));
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
