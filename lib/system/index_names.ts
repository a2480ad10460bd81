/**
 * Returns the indices of the numbers of a shape as text, in row-major order: "" for a scalar,
 * `[1,0]` in a matrix.
 */
export function indexNames(shape: readonly number[]): string[] {
  const indices = shape.reduce<number[][]>(
    (all, size) => all.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );
  return indices.map((at) => at.length === 0 ? "" : `[${at.join(",")}]`);
}
