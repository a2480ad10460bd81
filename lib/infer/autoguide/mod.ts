/** Automatic guides. @module */
export { AutoGuide, type AutoGuideOptions } from "./auto_guide.ts";
export { AutoContinuous, AutoDiagonalNormal, AutoMultivariateNormal } from "./auto_continuous.ts";
export { AutoBatchedMultivariateNormal, type AutoBatchedOptions } from "./auto_batched.ts";
export { AutoDAIS, type AutoDAISOptions, AutoSurrogateLikelihoodDAIS } from "./auto_dais.ts";
export type { AnnealingOptions, Density } from "./auto_dais.ts";
export { AutoSemiDAIS, type AutoSemiDAISOptions } from "./auto_semi_dais.ts";
export { AutoDelta } from "./auto_delta.ts";
export { AutoGuideList, type GuidePart } from "./auto_guide_list.ts";
export { AutoLaplace } from "./auto_laplace.ts";
export { AutoLowRankMultivariateNormal, type AutoLowRankOptions } from "./auto_low_rank.ts";
export {
  affineOfPrior,
  aroundPriorMean,
  AutoMessenger,
  type FromPrior,
  type PriorSite,
} from "./auto_messenger.ts";
export { AutoNormal } from "./auto_normal.ts";
export {
  AutoStructured,
  type AutoStructuredOptions,
  type Conditional,
  type Dependency,
} from "./auto_structured.ts";
export { AutoNormalizingFlow, type MakeFlows } from "./auto_normalizing_flow.ts";
