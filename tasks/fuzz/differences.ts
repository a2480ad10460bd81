/** Derivatives held against differences of what they are derivatives of. @module */
import type { HostArray } from "../../lib/tensor/mod.ts";
import { generator } from "./tolerance.ts";

/** The step, relative to an argument; for 0, itself. */
const STEP = 1e-4;
/** The shorter step: of no whole ratio to the other, or a staircase would look like a slope. */
const SHORTER = STEP / Math.sqrt(5);
/** The largest argument whose slope is looked at. */
const LARGEST = 1e6;

const dot = (a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number[] =>
  a.flatMap((x, i) => Array.from(x, (value, k) => value * b[i][k]));
const sum = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0);

/** Returns a point next to one at which functions may have kinks, with all digits of float64. */
export function nearby(at: readonly HostArray[]): HostArray[] {
  const uniform = generator(4);
  return at.map(({ data, shape }) => ({
    shape,
    data: Float64Array.from(data, (x) => x + 0.02 * (uniform() - 0.5) * (Math.abs(x) || 1)),
  }));
}

/**
 * Returns how far a derivative is from the slope of its function along a direction, or undefined
 * where it is close or the function has no slope to speak of: differences of four kinds have to
 * agree on it, which they do not at kinks, jumps and where digits cancel.
 *
 * @param value the function, in float64
 * @param gradient its derivative at `at`
 */
export function wrongSlope(
  value: (x: readonly HostArray[]) => number,
  gradient: readonly ArrayLike<number>[],
  at: readonly HostArray[],
): { readonly found: number; readonly expected: number } | undefined {
  if (at.some(({ data }) => data.some((x) => !(Math.abs(x) < LARGEST)))) return undefined;
  const uniform = generator(3);
  const along = at.map(({ data }) => Array.from(data, (x) => (uniform() - 0.5) * (Math.abs(x) || 1)));
  const step = (t: number): number =>
    value(
      at.map(({ data, shape }, i) => ({
        shape,
        data: Float64Array.from(data, (x, k) => x + t * along[i][k]),
      })),
    );
  const middle = step(0), [up, down, near, nearer] = [STEP, -STEP, SHORTER, -SHORTER].map(step);
  const slope = (near - nearer) / (2 * SHORTER), wide = (up - down) / (2 * STEP);
  const ahead = (up - middle) / STEP, behind = (middle - down) / STEP;
  const terms = dot(gradient, along), found = sum(terms);
  const scale = Math.abs(slope) + 1e-3 * sum(terms.filter(Number.isFinite).map(Math.abs)) +
    1e-9 * Math.abs(middle) / STEP + 1e-12;
  const agree = Math.abs(wide - slope) < 1e-5 * scale && Math.abs(ahead - behind) < 1e-3 * scale;
  // Next to a pole that does not count, 0 times infinity is what a rule may give.
  if (!agree || !Number.isFinite(found) || Math.abs(found - slope) < 2e-3 * scale) return undefined;
  return { found, expected: slope };
}
