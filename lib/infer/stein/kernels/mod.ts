/** Kernels between particles. @module */
export type { ParticlePart, ParticleParts, SteinField, SteinKernel } from "./kernel.ts";
export { imqKernel, type KernelMode, linearKernel, rbfKernel } from "./radial.ts";
export { graphicalKernel, mixtureKernel } from "./combined.ts";
export { randomFeatureKernel } from "./random_features.ts";
export { pairwiseKernel, probabilityProductKernel } from "./pairwise.ts";
