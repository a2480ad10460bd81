/** The latent sites of a model as one unconstrained vector, with its potential. @module */
export { constrained, constrainedByRun } from "./constrained.ts";
export { firstValues, paramsOf, traceAtFirstValues } from "./first_values.ts";
export * from "./init.ts";
export { type LatentSite, type Prototype, prototypeOf } from "./prototype.ts";
export { cutInto, joined } from "./pieces.ts";
export { potential } from "./potential.ts";
export { constrain, cut, fullShape, isIdentity, toVector } from "./vector.ts";
export { type ValueAndVolume, valueAndVolume, withAllMembers } from "./vector.ts";
