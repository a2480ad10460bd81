/**
 * Checks that a list is a permutation.
 * @param size how many entries it must have (default: as many as it has)
 * @throws Error that names whose it is and what it holds.
 */
export function checkPermutation(
  name: string,
  permutation: readonly number[],
  size: number = permutation.length,
): void {
  const sorted = permutation.toSorted((a, b) => a - b);
  if (size > 0 && sorted.length === size && sorted.every((place, i) => place === i)) return;
  throw new Error(
    `Cannot make ${name}: permutation is [${permutation.join(", ")}], expected each of 0 to ${
      Math.max(0, size - 1)
    } once`,
  );
}
