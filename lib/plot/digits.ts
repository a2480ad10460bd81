/** Digits that every number keeps: more than a figure shows, and its file stays small. */
const DIGITS = 6;

/** Numbers nearer than this, by their size, differ by the rounding of a computation alone. */
const NOISE = 2 * Number.EPSILON;

/** Returns the power of ten of a number's first digit. */
const exponentOf = (value: number): number => Math.floor(Math.log10(Math.abs(value)));

/** Returns the finite numbers in order, in groups of those that are equal but for rounding. */
function groups(values: ArrayLike<number>): number[][] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const found: number[][] = [];
  for (const value of sorted) {
    const group = found.at(-1), first = group?.[0] ?? NaN;
    const noise = NOISE * Math.max(Math.abs(value), Math.abs(first));
    if (value - first < 1 && value - first <= noise) group!.push(value);
    else found.push([value]);
  }
  return found;
}

/** Returns a number with the digits that a distance of this size takes, but at least six. */
function keep(value: number, distance: number): number {
  if (value === 0) return 0;
  const digits = exponentOf(value) - exponentOf(distance) + 1;
  return Number(value.toPrecision(Math.min(Math.max(digits, DIGITS), 17)));
}

/**
 * Rounds numbers for a figure: to six digits, and as many more as it takes to tell a number from
 * its neighbours, and the range of all of them apart; whole numbers keep all their digits. What is
 * not finite, which JSON lacks, becomes null.
 */
export function rounded(values: ArrayLike<number>): (number | null)[] {
  const all = groups(values), places = all.map(([first]) => first), kept = new Map<number, number>();
  const range = places.length > 1 ? places.at(-1)! - places[0] : Infinity;
  all.forEach((group, i) => {
    const gap = Math.min(places[i] - (places[i - 1] ?? -Infinity), (places[i + 1] ?? Infinity) - places[i]);
    const value = keep(places[i], Math.min(gap / 100, range / 1e5, 1));
    for (const one of group) kept.set(one, value);
  });
  return Array.from(values, (value) => kept.get(value) ?? null);
}
