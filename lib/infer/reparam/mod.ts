/** Other parametrisations of latent sites. @module */
export { NeuTraReparam } from "./neutra.ts";
export { type LocScaleOptions, locScaleReparam, type Reparam, reparam, transformReparam } from "./reparam.ts";
