/** Returns the Levenshtein distance: the number of letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1])));
    }
    row = next;
  }
  return row[b.length];
}

/** Returns ` (did you mean "rugged"?)` for a name that is near one of those there are, else "". */
export function closest(name: string, names: readonly string[]): string {
  const [best] = names.map((n) => ({ n, d: distance(name.toLowerCase(), n.toLowerCase()) })).sort((a, b) =>
    a.d - b.d
  );
  return best && best.d <= Math.max(1, name.length / 3) ? ` (did you mean "${best.n}"?)` : "";
}
