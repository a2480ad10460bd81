import { EXACT, readings, type Term } from "./readings.ts";
import { addSizes, evaluate, mulSizes, type Size, type Sizes, symbol } from "./size.ts";

/** No tensor has so many elements: larger numbers in the first run come from named axes. */
const MOST = 2 ** 34;

/**
 * Numbers in place of the first axis, one for each run of a trace: far beyond any tensor at first,
 * so that no real length is mistaken for one; then small, where products of axes keep all digits.
 */
const FIRST = [2 ** 45 * 1.0897, 300_007, 390_001, 507_029, 659_017] as const;

/** A number among the operands of an operation that is made of a length. */
export interface SizedNumber {
  readonly factor: number;
  /** The length that is multiplied with, or divided by. */
  readonly size: Size;
  readonly isDivided: boolean;
}

/**
 * tfjs wants a number for every axis. While tracing, a large prime stands in for a named one; what
 * tfjs and users compute from it (products, sums, differences) is read back as a polynomial of
 * names the moment a node is recorded, so that the graph itself holds explicit symbols.
 *
 * A number that may be read in several ways, such as a product that has lost its last digits, calls
 * for another run of the trace with other stand-ins: the numbers at one place have one polynomial
 * in common, and one that has to do with no named axis is the same in both.
 */
export class StandIns {
  /** The numbers of all axes, for `evaluate`. */
  readonly values: Map<string, number> = new Map();
  /** Lengths and sizes that tensors have had, by their numbers; null: several have the same. */
  readonly #known = new Map<number, Size | null>();
  /** The numbers that were asked about, in order. */
  readonly #asked: number[] = [];
  /** The numbers among the operands of operations, in order. */
  readonly #operands: number[] = [];
  #isSure = true;

  /**
   * @param run the number of the run, from 0
   * @param before the run before of the same function, which tells what was unsure
   */
  constructor(names: Iterable<string>, private readonly run = 0, private readonly before?: StandIns) {
    let candidate: number = FIRST[run];
    for (const name of new Set(names)) {
      candidate = run === 0 ? 2 * Math.round(candidate / 2) + 1 : nextPrime(candidate);
      this.values.set(name, candidate);
      candidate *= 1.2377;
    }
    this.#products().forEach((size) => this.#learn(evaluate(size, this.values), size));
  }

  /** True where every number was read in the one way that there is. */
  get isSure(): boolean {
    return this.#isSure;
  }

  /** Returns the stand-ins of another run of the same function; undefined: no more are of use. */
  next(): StandIns | undefined {
    const run = this.run + 1;
    return run < FIRST.length ? new StandIns(this.values.keys(), run, this) : undefined;
  }

  /** Returns the numbers that tfjs is given for a shape. */
  numbers(shape: Sizes): number[] {
    if (this.values.size === 0) return shape as number[];
    let total = 1, product: Size = 1;
    const numbers = shape.map((length) => {
      const number = evaluate(length, this.values);
      this.#learn(number, length);
      total *= number, product = mulSizes(product, length);
      return number;
    });
    this.#learn(total, product);
    return numbers;
  }

  #learn(number: number, size: Size): void {
    if (typeof size === "number") return;
    const known = this.#known.get(number);
    this.#known.set(number, known === undefined || known === size ? size : null);
  }

  /**
   * Returns the length that a number stands for.
   *
   * @param expected what it must be for other reasons, if it is right
   * @throws Error where other stand-ins gave a number that no polynomial of the axes explains.
   */
  decode(number: number, expected?: Size): Size {
    if (this.values.size === 0) return number;
    const at = this.#asked.push(number) - 1;
    if (expected !== undefined && isClose(evaluate(expected, this.values), number)) return expected;
    if (this.before ? this.before.#asked[at] === number : Math.abs(number) < MOST) return number;
    const runs = this.#runs().filter((run) => run.#asked.length > at),
      found = runs.map((run) => run.#asked[at]);
    const known = this.#known.get(number);
    if (this.run > 0 && runs.length === 1) {
      // The runs before have failed on their way here: only another run can tell.
      this.#isSure = false;
      return known ?? number;
    }
    const isKnown = known && runs.every(({ values }, i) => isClose(evaluate(known, values), found[i]));
    const [reading, ...others] = isKnown ? [known] : this.#read(found, runs);
    // One exact number is enough in the first run, where stand-ins are far apart; then one more
    // than there are terms, for their factors, the rest, and to check them.
    const exact = found.filter((n) => Math.abs(n) <= EXACT).length;
    const enough = this.run === 0 ? 1 : 1 + countTerms(reading);
    if (reading === undefined || others.length > 0 || exact < enough) this.#isSure = false;
    if (reading === undefined && exact > 1) {
      throw new Error(
        `Cannot tell how the length ${number} follows from those of named axes: it is ${
          found.at(-2)
        } where they have ` +
          "other lengths; compute it by sums and products of lengths of tensors",
      );
    }
    return reading ?? number;
  }

  /**
   * Returns what a number among the operands of operations stands for: a length that users have
   * divided by or multiplied with, say. Undefined for a number of its own.
   *
   * @param whole whether the operand is an int32, which keeps the lowest 32 bits of the number
   * @throws Error where it follows from lengths in a way that is not known.
   */
  operand(number: number, whole = false): SizedNumber | undefined {
    if (this.values.size === 0) return undefined;
    const at = this.#operands.push(number) - 1,
      runs = this.#runs().filter((run) => run.#operands.length > at);
    if (this.run > 0 && runs.length === 1) this.#isSure = false;
    if (
      runs.every((run) => Object.is(run.#operands[at], number)) && (this.run > 0 || isUsual(number, whole))
    ) {
      return undefined;
    }
    const isRight = ({ factor, size, isDivided }: SizedNumber) =>
      runs.every((run) => {
        const own = run.#operands[at], length = evaluate(size, run.values);
        const of = isDivided ? factor / length : factor * length;
        return whole ? (of | 0) === own : Math.abs(of - own) <= Math.abs(own) * 2 ** -22;
      });
    // Not lazily: Node has methods of iterators from version 22 on.
    const found = [...this.#forms(number)].find(isRight);
    if (this.run === 0 && (found || Math.abs(number) > 1 || this.#isRoot(number))) this.#isSure = false;
    if (this.run > 0 && !found) {
      throw new Error(
        `Cannot tell how the number ${number} follows from the lengths of named axes: it is ${
          runs.at(-2)!.#operands[at]
        } ` +
          "where they have other lengths; compute it with tensors, such as tf.onesLike(x).sum()",
      );
    }
    return found;
  }

  /** Returns whether a number may be a factor over the root of a length. */
  #isRoot(number: number): boolean {
    return [...this.#known.keys()].some((length) => {
      const square = number * number * length;
      return square > 0.5 && square < 4096 && Math.abs(square - Math.round(square)) < square * 2 ** -20;
    });
  }

  *#forms(number: number): Generator<SizedNumber> {
    const sizes = [...this.#known].flatMap(([here, size]) => size ? [{ size, here }] : []);
    for (const { size, here } of sizes) {
      const [times, over] = [number / here, number * here].map(Math.round);
      if (here === number || (here | 0) === number) yield { factor: 1, size, isDivided: false };
      if (times !== 0 && Math.abs(times) < 2 ** 16) yield { factor: times, size, isDivided: false };
      if (over !== 0 && Math.abs(over) < 2 ** 16) yield { factor: over, size, isDivided: true };
    }
    if (this.run === 0) return;
    for (const { size, here } of sizes) {
      yield { factor: 1, size: addSizes(size, Math.round(number - here)), isDivided: false };
      yield { factor: 1, size: addSizes(size, Math.round(1 / number - here)), isDivided: true };
    }
  }

  /** Returns what a number stands for, as text for messages. */
  describe(number: number): string {
    const reading = this.run > 0 || Math.abs(number) < MOST ? undefined : this.#read([number], [this])[0];
    return String(this.#known.get(number) ?? reading ?? number);
  }

  #read(found: readonly number[], runs: readonly StandIns[]): Size[] {
    const term = (size: Size): Term => ({ size, numbers: runs.map(({ values }) => evaluate(size, values)) });
    const known = [...this.#known.values()].filter((size) => size !== null);
    return readings(found, known.map(term), this.#products().map(term));
  }

  /** This run and those before. */
  #runs(): StandIns[] {
    return [...this.before ? this.before.#runs() : [], this];
  }

  /** Returns products of up to three axes. */
  #products(): Size[] {
    const names = [...this.values.keys()].map(symbol), found = new Set<Size>(names);
    for (let degree = 2; degree <= 3; degree++) {
      for (const size of [...found]) names.forEach((name) => found.add(mulSizes(size, name)));
    }
    return [...found];
  }
}

/** Returns how many products of axes a length is the sum of. */
const countTerms = (size: Size | undefined): number =>
  typeof size === "object" ? [...size.terms.keys()].filter((product) => product !== "").length : 0;

/** Returns whether a number is no more than users write: neither very large or small, or short. */
function isUsual(number: number, whole: boolean): boolean {
  const size = Math.abs(number);
  if (whole) return size < 2 ** 16;
  return !(size < 2 ** -20 || size > 2 ** 20) || !Number.isFinite(number) ||
    Number(number.toPrecision(3)) === number;
}

/** Returns whether a number is another one, up to rounding where it is too large to be exact. */
const isClose = (a: number, b: number): boolean =>
  a === b || Math.abs(b) > EXACT && Math.abs(a - b) <= Math.abs(b) * 2 ** -50;

function nextPrime(from: number): number {
  for (let p = Math.ceil(from) | 1;; p += 2) {
    let prime = true;
    for (let d = 3; prime && d * d <= p; d += 2) if (p % d === 0) prime = false;
    if (prime) return p;
  }
}
