import { addSizes, mulSizes, type Size } from "./size.ts";

/** Whole numbers up to here are exact, sums and products of them too. */
export const EXACT = 2 ** 53;

/** A product of axes, or another length that is known, by its numbers in each run of a trace. */
export interface Term {
  readonly size: Size;
  readonly numbers: readonly number[];
}

/** The factors that are tried for the second of three terms, and for the first of two. */
const FACTORS = Array.from({ length: 1024 }, (_, i) => [i + 1, -1 - i]).flat();

/**
 * Returns the lengths that a number may stand for, as few terms with factors and a rest, the least
 * far-fetched first.
 *
 * @param found the number in each run of the trace
 * @param known lengths that tensors have had
 * @param products of axes
 */
export function readings(
  found: readonly number[],
  known: readonly Term[],
  products: readonly Term[],
): Size[] {
  const exact = found.flatMap((n, run) => Math.abs(n) <= EXACT ? [run] : []), sizes = new Map<Size, number>();
  const last = exact.at(-1) ?? found.length - 1, other = exact.length > 1 ? exact.at(-2)! : undefined;
  const most = other === undefined ? 2 ** 24 : 2 ** 31,
    factors = other === undefined ? FACTORS.slice(0, 128) : FACTORS;
  const little = other === undefined ? 2 ** 16 : 2 ** 24;
  const tolerance = found.map((n) => Math.abs(n) <= EXACT ? 0 : Math.abs(n) * 2 ** -50);

  /** Keeps a reading if what its terms leave over is the same number in each run. */
  const keep = (terms: readonly (readonly [factor: number, Term])[], most: number): void => {
    const rests = found.map((n, run) =>
      terms.reduce((left, [factor, { numbers }]) => left - factor * numbers[run], n)
    );
    // Beyond exact numbers there is no rest to be seen.
    const rest = exact.length === 0 ? 0 : rests[last];
    if (Math.abs(rest) >= most || rests.some((r, run) => Math.abs(r - rest) > tolerance[run])) return;
    const size = terms.reduce(
      (sum: Size, [factor, term]) => addSizes(sum, mulSizes(factor, term.size)),
      rest,
    );
    sizes.set(
      size,
      terms.reduce((cost, [factor]) => cost + 1 + Math.log2(Math.abs(factor)), Math.log2(1 + Math.abs(rest))),
    );
  };
  const around = (quotient: number): number[] =>
    [0, -1, 1].map((by) => Math.round(quotient) + by).filter((n) => n !== 0 && Math.abs(n) < 2 ** 24);

  for (const term of known) {
    for (const factor of around(found[0] / term.numbers[0])) keep([[factor, term]], most);
  }
  if (sizes.size > 0 || exact.length === 0) return sorted(sizes);

  /** Two terms: the factor of the second follows from that of the first. */
  const two = (lead: readonly (readonly [number, Term])[], more: readonly number[]): void => {
    const left = (run: number) =>
      lead.reduce((n, [factor, { numbers }]) => n - factor * numbers[run], found[run]);
    const own = left(last), apart = other === undefined ? 0 : own - left(other);
    products.forEach((a) =>
      products.forEach((b) => {
        if (a === b) return;
        const by = (term: Term) =>
          other === undefined ? term.numbers[last] : term.numbers[last] - term.numbers[other];
        const [whole, stepA, stepB] = [other === undefined ? own : apart, by(a), by(b)];
        for (const factor of [factors, more].flat()) {
          const quotient = (whole - factor * stepA) / stepB, second = Math.round(quotient);
          if (
            second === 0 || other !== undefined && second !== quotient || Math.abs(second) > 2 ** 20
          ) continue;
          const rest = own - factor * a.numbers[last] - second * b.numbers[last];
          if (Math.abs(rest) < little) keep([...lead, [factor, a], [second, b]], little);
        }
      })
    );
  };
  two([], []);
  if (sizes.size > 0 || other === undefined) return sorted(sizes);
  for (const term of products) {
    for (const factor of around(found[0] / term.numbers[0])) {
      two([[factor, term]], [factor, -factor, 2 * factor, 3 * factor]);
    }
  }
  return sorted(sizes);
}

const sorted = (sizes: ReadonlyMap<Size, number>): Size[] =>
  [...sizes].sort(([, a], [, b]) => a - b).map(([size]) => size);
