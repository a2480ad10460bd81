/**
 * Keyed random numbers: threefry2x32 with the bits of JAX's default generator, and the
 * distributions that are drawn from it. The names are those of `jax.random`.
 *
 * @module
 */
export { foldIn, key, keyFromData, split, ThreefryKey } from "./key.ts";
export { bits, type BitsArray } from "./bits.ts";
export { uniform, type UniformOptions } from "./uniform.ts";
export { normal } from "./normal.ts";
export { bernoulli } from "./bernoulli.ts";
export { categorical } from "./categorical.ts";
export { randint } from "./randint.ts";
export { permutation } from "./permutation.ts";
export { choice, type ChoiceOptions } from "./choice.ts";
export { exponential } from "./exponential.ts";
export { gumbel } from "./gumbel.ts";
export { laplace } from "./laplace.ts";
export { cauchy } from "./cauchy.ts";
export { gamma, loggamma } from "./gamma.ts";
export { gammaLogGradient } from "./gamma_gradient.ts";
export { beta } from "./beta.ts";
export { dirichlet } from "./dirichlet.ts";
export { poisson } from "./poisson.ts";
export { truncatedNormal } from "./truncated_normal.ts";
export { ZeroKey } from "./zero_key.ts";
export { GivenKey } from "./given_key.ts";
export { fillDraws, fillNormal, fillUniform, type FloatArray, type PathStep } from "./fill.ts";
