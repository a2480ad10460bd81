/** Other parametrisations of latent sites. @module */
export { type LocScaleOptions, locScaleReparam, type Reparam, reparam, transformReparam } from "./reparam.ts";
