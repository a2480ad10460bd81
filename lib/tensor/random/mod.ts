/**
 * Keyed random numbers: threefry2x32 with the bits of JAX's default generator, and the
 * distributions that are drawn from it. The names are those of `jax.random`.
 *
 * @module
 */
export * from "./keys/key.ts";
export * from "./bernoulli.ts";
export * from "./beta.ts";
export * from "./binomial.ts";
export * from "./bits.ts";
export * from "./categorical.ts";
export * from "./cauchy.ts";
export * from "./choice.ts";
export * from "./dirichlet.ts";
export * from "./exponential.ts";
export * from "./gamma.ts";
export * from "./gumbel.ts";
export * from "./laplace.ts";
export * from "./multinomial.ts";
export * from "./normal.ts";
export * from "./permutation.ts";
export * from "./poisson.ts";
export * from "./randint.ts";
export * from "./truncated_normal.ts";
export * from "./uniform.ts";
export * from "./von_mises.ts";
// To build further ones from.
export {
  deriveKeys,
  drawFrom,
  fillDraws,
  fillNormal,
  fillUniform,
  type FloatArray,
  type LoopKeys,
  type PathStep,
  rootKeys,
} from "./generator/fill.ts";
export { gammaLogGradient } from "./gamma_gradient.ts";
export { GivenKey } from "./keys/given_key.ts";
export { ZeroKey } from "./keys/zero_key.ts";
