import type { Countries } from "./countries.ts";

/** The maximum of the likelihood in closed form. */
export interface LeastSquares {
  /** Intercept: the log GDP of a flat country outside Africa. */
  readonly a: number;
  /** The difference that being in Africa makes to it. */
  readonly bA: number;
  /** Slope over ruggedness outside Africa. */
  readonly bR: number;
  /** The difference that being in Africa makes to the slope. */
  readonly bAR: number;
  /** Root of the mean squared residual. */
  readonly sigma: number;
}

/** A straight line through points by least squares. */
function line(x: readonly number[], y: readonly number[]): { intercept: number; slope: number } {
  const n = x.length, mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / n;
  const mx = mean(x), my = mean(y);
  let xx = 0, xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i] - mx) ** 2;
    xy += (x[i] - mx) * (y[i] - my);
  }
  if (!(xx > 0)) throw new Error(`Cannot fit a line: ${n} points have one and the same x`);
  const slope = xy / xx;
  return { intercept: my - slope * mx, slope };
}

/**
 * Ordinary least squares of the regression. With an intercept and a slope of Africa's own, it is
 * two straight lines: one inside Africa and one outside.
 */
export function leastSquares({ isAfrica, ruggedness, logGdp }: Countries): LeastSquares {
  const among = (africa: number) => {
    const rows = [...isAfrica.keys()].filter((i) => isAfrica[i] === africa);
    return line(rows.map((i) => ruggedness[i]), rows.map((i) => logGdp[i]));
  };
  const inside = among(1), outside = among(0);
  const squares = logGdp.map((y, i) => {
    const { intercept, slope } = isAfrica[i] ? inside : outside;
    return (y - intercept - slope * ruggedness[i]) ** 2;
  });
  return {
    a: outside.intercept,
    bA: inside.intercept - outside.intercept,
    bR: outside.slope,
    bAR: inside.slope - outside.slope,
    sigma: Math.sqrt(squares.reduce((s, x) => s + x, 0) / logGdp.length),
  };
}
