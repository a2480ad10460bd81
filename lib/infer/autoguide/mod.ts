/** Automatic guides. @module */
export { AutoGuide, type AutoGuideOptions } from "./auto_guide.ts";
export { AutoContinuous, AutoDiagonalNormal, AutoMultivariateNormal } from "./auto_continuous.ts";
export { AutoDelta } from "./auto_delta.ts";
export { AutoLaplace } from "./auto_laplace.ts";
export { AutoLowRankMultivariateNormal, type AutoLowRankOptions } from "./auto_low_rank.ts";
export { AutoNormal } from "./auto_normal.ts";
export { AutoNormalizingFlow, type MakeFlows } from "./auto_normalizing_flow.ts";
