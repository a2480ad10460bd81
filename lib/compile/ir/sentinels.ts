import { addSizes, type Dims, mulSizes, type Size, symbol } from "./size.ts";

/**
 * tfjs wants a number for every axis. While tracing, a named dimension is a large prime of its own;
 * sizes that tfjs computes from it (products, sums) are decoded into polynomials the moment a node
 * is recorded, so that the graph itself holds explicit symbols.
 */
export class Sentinels {
  #primes = new Map<string, number>();

  /** @param taken static sizes of the inputs: primes are chosen with multiples far from them */
  constructor(names: readonly string[], private readonly taken: readonly number[] = []) {
    let candidate = 131_071;
    for (const name of names) {
      if (this.#primes.has(name)) continue;
      candidate = nextPrime(
        candidate,
        (p) => taken.every((t) => t < p / 4 || distanceToMultiple(t, p) > p / 8),
      );
      this.#primes.set(name, candidate);
      candidate += 20_011;
    }
  }

  /** The values of all dimensions, for `evaluate`. */
  get values(): Dims {
    return this.#primes;
  }

  /** Returns the length that a number met while tracing stands for. */
  decode(value: number, names: readonly string[] = [...this.#primes.keys()]): Size {
    if (names.length === 0 || Math.abs(value) < 30_000 || this.taken.includes(value)) return value;
    // Try products of dimensions first, the largest before the smaller: what is left over is a
    // smaller polynomial.
    let best: { size: Size; rest: number } | undefined;
    for (const monomial of monomials(names)) {
      const unit = monomial.reduce((p, n) => p * this.#primes.get(n)!, 1);
      const count = Math.round(value / unit);
      if (count === 0 || Math.abs(count) > 30_000) continue;
      const rest = value - count * unit;
      if (Math.abs(rest) > unit / 4) continue;
      if (!best || Math.abs(rest) < Math.abs(best.rest)) {
        best = { size: mulSizes(count, monomial.map((n) => symbol(n) as Size).reduce(mulSizes)), rest };
      }
    }
    if (!best) return value;
    return addSizes(best.size, this.decode(best.rest, names));
  }
}

function* monomials(names: readonly string[]): Generator<string[]> {
  for (let i = 0; i < names.length; i++) {
    yield [names[i]];
    for (let j = i; j < names.length; j++) {
      yield [names[i], names[j]];
      for (let k = j; k < names.length; k++) yield [names[i], names[j], names[k]];
    }
  }
}

const distanceToMultiple = (value: number, unit: number): number =>
  Math.abs(value - Math.round(value / unit) * unit);

function nextPrime(from: number, accept: (p: number) => boolean): number {
  for (let p = from | 1;; p += 2) {
    let prime = accept(p);
    for (let d = 3; prime && d * d <= p; d += 2) if (p % d === 0) prime = false;
    if (prime) return p;
  }
}
