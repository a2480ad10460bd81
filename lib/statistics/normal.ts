/** The logarithm of the square root of 2 pi. */
const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** Beyond this distance all of the standard normal's mass is on one side, to 1e-17. */
const FAR = 8.5;

/** Returns the standard normal density. */
export const standardDensity = (z: number): number => Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI);

/** Returns the standard normal distribution function, to 1e-15, by its series (Marsaglia 2004). */
export function standardCdf(z: number): number {
  if (!(Math.abs(z) < FAR)) return Number.isNaN(z) ? NaN : Number(z > 0);
  let term = z, sum = z, before = NaN;
  for (let i = 3; sum !== before; i += 2) {
    before = sum;
    term *= z * z / i;
    sum += term;
  }
  return 0.5 + sum * standardDensity(z);
}
