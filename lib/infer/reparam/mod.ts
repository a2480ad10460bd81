/** Other parametrisations of latent sites. @module */
export { autoReparam, minimalReparam } from "./auto.ts";
export { gumbelSoftmaxReparam, projectedNormalReparam, studentTReparam } from "./auxiliary.ts";
export { circularReparam } from "./circular.ts";
export { conjugateReparam } from "./conjugate.ts";
export { type LocScaleOptions, locScaleReparam } from "./loc_scale.ts";
export { NeuTraReparam } from "./neutra.ts";
export { type Reparam, reparam, type ReparamConfig } from "./reparam.ts";
export { latentStableReparam, stableReparam, symmetricStableReparam } from "./stable.ts";
export { splitReparam } from "./split.ts";
export { discreteCosineReparam, explicitReparam, haarReparam, transformReparam } from "./transform.ts";
