/** The divergence of N(mean, sd) from N(mean2, sd2). */
export function divergence(mean: number, sd: number, mean2 = 0, sd2 = 1): number {
  return Math.log(sd2 / sd) + (sd ** 2 + (mean - mean2) ** 2) / (2 * sd2 ** 2) - 0.5;
}

/**
 * The numbers that the text prints of its collapsed network: z given all points, and given the
 * context.
 */
export const PRINTED = {
  all: { mean: [0.4896406, 0.23645595], sd: [0.0069707, 0.01075098] },
  context: { mean: [0.48979104, 0.2365925], sd: [0.00784972, 0.01087389] },
  kl: 0.013441861,
} as const;

/**
 * The divergence of the text's printed distributions: from each other, and from the standard normal
 * of a VAE.
 */
export function printedDivergences(): { readonly adaptive: number; readonly standard: number } {
  const { all, context } = PRINTED;
  const sum = (of: (i: number) => number) => of(0) + of(1);
  return {
    adaptive: sum((i) => divergence(all.mean[i], all.sd[i], context.mean[i], context.sd[i])),
    standard: sum((i) => divergence(all.mean[i], all.sd[i])),
  };
}

/** Standard deviations of the guide, from wide to a point. */
export const SIGMAS: readonly number[] = Array.from({ length: 61 }, (_, i) => 10 ** (0.5 - i / 15));

/** Distances between the means. */
export const DISTANCES: readonly number[] = [0, 1, 2, 3];
