/**
 * Returns the optimal string alignment distance: the number of letters to insert, delete or
 * replace, and of neighbours to swap (`jsno` is one from `json`).
 */
function distance(a: string, b: string): number {
  let above: number[] = [], row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(
        row[j] + 1,
        next[j - 1] + 1,
        row[j - 1] + Number(a[i - 1] !== b[j - 1]),
        isSwap ? above[j - 2] + 1 : Infinity,
      ));
    }
    [above, row] = [row, next];
  }
  return row[b.length];
}

/** Returns the letters of a name alone, in lower case: `sub_size` and `subSize` are one name. */
const letters = (name: string): string => name.toLowerCase().replace(/[_-]/g, "");

/** Tells whether one name begins with the other, of three letters or more. */
const areNested = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));

/**
 * Returns ` (did you mean "rugged"?)` for a name that is near one of those there are, or that
 * begins with one of three letters or more or is a beginning of one, else "".
 */
export function closest(name: string, names: readonly string[]): string {
  const own = letters(name);
  const near = names.map((n) => ({ n, d: distance(own, letters(n)) })).sort((a, b) => a.d - b.d);
  const best = near[0]?.d <= Math.max(1, own.length / 3)
    ? near[0]
    : near.find(({ n }) => areNested(letters(n), own));
  return best ? ` (did you mean "${best.n}"?)` : "";
}

/** Returns names for a message, each in quotation marks, or "none". */
export const listNames = (names: Iterable<string>): string =>
  Array.from(names, (name) => `"${name}"`).join(", ") || "none";
