import type { SVIState } from "@pyrosaur/pyrosaur/infer";

/** A mean field beside its prior, N(0, 1) of each weight. */
export interface PosteriorSummary {
  /** The mean of the standard deviations: 1 in the prior. */
  readonly sd: number;
  /** The root mean square of the means: 0 in the prior. */
  readonly loc: number;
  /** The divergence of the mean field from the prior, in nats by weight. */
  readonly divergence: number;
}

/** Returns the summary of a guide's parameters. */
export function summaryOf(params: SVIState["params"]): PosteriorSummary {
  let sds = 0, squares = 0, divergence = 0, count = 0;
  for (const [name, { data: loc }] of Object.entries(params)) {
    if (!name.endsWith(".loc")) continue;
    const { data: rho } = params[name.replace(/loc$/, "rho")];
    for (let i = 0; i < loc.length; i++) {
      const sd = Math.max(rho[i], 0) + Math.log1p(Math.exp(-Math.abs(rho[i])));
      sds += sd;
      squares += loc[i] ** 2;
      divergence += (sd * sd + loc[i] ** 2 - 1) / 2 - Math.log(sd);
    }
    count += loc.length;
  }
  return { sd: sds / count, loc: Math.sqrt(squares / count), divergence: divergence / count };
}
