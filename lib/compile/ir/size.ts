/**
 * Axis lengths. A length is a number, or a polynomial in named dimensions such as `T` or `2*B*T+1`;
 * equal polynomials are the same object, so lengths are compared with `===`.
 */

/** A length that is known at run time only: a polynomial in named dimensions. */
export class SymbolicSize {
  /** A new polynomial; names in a monomial are joined by `*`, "" is the constant. */
  constructor(
    /** Canonical text. */
    readonly key: string,
    /** Coefficient by monomial. */
    readonly terms: ReadonlyMap<string, number>,
  ) {}

  /** Returns the canonical text. */
  toString(): string {
    return this.key;
  }
}

/** The length of one axis. */
export type Size = number | SymbolicSize;

/** The lengths of all axes: a shape. */
export type Sizes = readonly Size[];

/** The numbers that named dimensions have in a run. */
export type Dims = ReadonlyMap<string, number>;

const interned = new Map<string, SymbolicSize>();

function make(terms: Map<string, number>): Size {
  for (const [monomial, coefficient] of terms) if (coefficient === 0) terms.delete(monomial);
  if (terms.size === 0) return 0;
  if (terms.size === 1 && terms.has("")) return terms.get("")!;
  const key = [...terms].sort(([a], [b]) => a < b ? 1 : -1)
    .map(([m, c]) => m === "" ? `${c}` : c === 1 ? m : `${c}*${m}`).join("+");
  let size = interned.get(key);
  if (!size) interned.set(key, size = new SymbolicSize(key, terms));
  return size;
}

const termsOf = (size: Size): ReadonlyMap<string, number> =>
  typeof size === "number" ? new Map(size ? [["", size]] : []) : size.terms;

/** Returns the named dimension itself. */
export function symbol(name: string): SymbolicSize {
  return make(new Map([[name, 1]])) as SymbolicSize;
}

/** Returns the sum of two lengths. */
export function addSizes(a: Size, b: Size): Size {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const terms = new Map(termsOf(a));
  for (const [m, c] of termsOf(b)) terms.set(m, (terms.get(m) ?? 0) + c);
  return make(terms);
}

/** Returns the product of two lengths. */
export function mulSizes(a: Size, b: Size): Size {
  if (typeof a === "number" && typeof b === "number") return a * b;
  const terms = new Map<string, number>();
  for (const [m, c] of termsOf(a)) {
    for (const [n, d] of termsOf(b)) {
      const monomial = [...m.split("*"), ...n.split("*")].filter(Boolean).sort().join("*");
      terms.set(monomial, (terms.get(monomial) ?? 0) + c * d);
    }
  }
  return make(terms);
}

/** `a - b`. */
export function subSizes(a: Size, b: Size): Size {
  return addSizes(a, mulSizes(-1, b));
}

/** Returns the quotient of a length and a number or product of names; undefined: there is none. */
export function divideSize(a: Size, by: Size): Size | undefined {
  const [[divisor, factor] = ["", 0], ...more] = termsOf(by), terms = new Map<string, number>();
  if (factor === 0 || more.length > 0) return undefined;
  for (const [monomial, coefficient] of termsOf(a)) {
    const names = monomial.split("*");
    for (const name of divisor === "" ? [] : divisor.split("*")) {
      if (!names.includes(name)) return undefined;
      names.splice(names.indexOf(name), 1);
    }
    if (coefficient % factor !== 0) return undefined;
    terms.set(names.join("*"), coefficient / factor);
  }
  return make(terms);
}

/** Returns the number of elements of a shape. */
export function sizeOf(shape: Sizes): Size {
  return shape.reduce(mulSizes, 1 as Size);
}

/** Returns whether two shapes are the same. */
export function sameShape(a: Sizes, b: Sizes): boolean {
  return a.length === b.length && a.every((s, i) => s === b[i]);
}

/** Returns whether every axis has a number for its length. */
export function isStatic(shape: Sizes): shape is number[] {
  return shape.every((s) => typeof s === "number");
}

/** Returns the number of a length for given dimensions. Throws on a dimension that is not given. */
export function evaluate(size: Size, dims: Pick<Dims, "get">): number {
  if (typeof size === "number") return size;
  let total = 0;
  for (const [monomial, coefficient] of size.terms) {
    let product = coefficient;
    if (monomial) {
      for (const name of monomial.split("*")) {
        const value = dims.get(name);
        if (value === undefined) {
          throw new Error(`Cannot evaluate the size ${size}: the axis "${name}" has no length yet`);
        }
        product *= value;
      }
    }
    total += product;
  }
  return total;
}

/** Returns the shape two shapes broadcast to. Throws with both shapes when they do not. */
export function broadcast(a: Sizes, b: Sizes): Size[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1, y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new Error(
        `Cannot broadcast [${a}] with [${b}]: axis ${i - rank} is ${x} in one and ${y} in the other`,
      );
    }
    return x === 1 ? y : x;
  });
}
