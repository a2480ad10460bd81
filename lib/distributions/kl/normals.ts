import { cholesky, diagEmbed, matmul } from "../../tensor/linalg/mod.ts";
import { LowRankMultivariateNormal, MultivariateNormal, Normal } from "../families/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { Independent } from "../wrappers/independent.ts";
import { klDivergence, registerKl } from "./registry.ts";

/** The same normal by its full factor. */
function dense({ loc, covFactor, covDiag }: LowRankMultivariateNormal): MultivariateNormal {
  const covariance = matmul(covFactor, covFactor, false, true).add(diagEmbed(covDiag));
  return new MultivariateNormal(loc, { scaleTril: cholesky(covariance) }, { validate: false });
}
registerKl(LowRankMultivariateNormal, LowRankMultivariateNormal, (p, q) => klDivergence(dense(p), dense(q)));
registerKl(LowRankMultivariateNormal, MultivariateNormal, (p, q) => klDivergence(dense(p), q));
registerKl(MultivariateNormal, LowRankMultivariateNormal, (p, q) => klDivergence(p, dense(q)));

/** Independent normals as one vector, if they are that. */
function joined({ base, reinterpretedBatchNdims }: Independent): MultivariateNormal | undefined {
  if (!(base instanceof Normal) || reinterpretedBatchNdims !== 1) return undefined;
  const [loc, scale] = [base.loc, base.scale].map((x) => broadcastTo(x, base.batchShape));
  return new MultivariateNormal(loc, { scaleTril: diagEmbed(scale) }, { validate: false });
}
registerKl(Independent, MultivariateNormal, (p, q) => {
  const all = joined(p);
  return all && klDivergence(all, q);
});
registerKl(MultivariateNormal, Independent, (p, q) => {
  const all = joined(q);
  return all && klDivergence(p, all);
});
