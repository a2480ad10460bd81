/** Euler's constant, the mean of the standard Gumbel distribution. */
export const EULER_GAMMA = 0.5772156649015329;
