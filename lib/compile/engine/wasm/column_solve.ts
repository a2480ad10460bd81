import {
  access,
  assemble,
  ConstantPool,
  FunctionBuilder,
  lane,
  type Local,
  op,
  type Operand,
  shuffle,
} from "../../../system/wasm/mod.ts";
import { Lanes } from "./lanes.ts";
import { vectorMachine } from "./machine.ts";
import type { SolveColumn } from "../js/linalg/mod.ts";

/** Fewer rows than these take less time number by number. */
const FEW = 16;

/** Bytes of the numbers whose products are summed up in float32: eight to each lane. */
const TERMS = 128;

const ROWS = [0, 1, 2, 3], SWAP = shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);

/**
 * A solution of L x = b or L^T x = b, four rows of L at a time, while it is written: a function of
 * the addresses of L, whose rows lie `row` bytes apart, and of x, and of the number of rows. Sums
 * are those of float64; in float32 those of a few products are float32's.
 */
class Solution {
  readonly f: FunctionBuilder = new FunctionBuilder(["i32", "i32", "i32", "i32"], [], new ConstantPool());
  readonly #l: Lanes;
  readonly #short: Lanes;
  readonly #x: Local;
  /** The addresses of four rows, of the place in x, and of its numbers that belong to the rows. */
  readonly #rows: readonly Local[];
  readonly #at: Local;
  readonly #own: Local;
  readonly #first: Local;

  constructor(private readonly bytes: 4 | 8, isFused: boolean, isTransposed: boolean) {
    const { f } = this, [matrix, row, x, count] = ROWS.map((i) => f.argument(i));
    this.#l = new Lanes(f, "float64", isFused);
    this.#short = new Lanes(f, "float32", isFused);
    this.#x = x;
    this.#rows = ROWS.map(() => f.variable("i32"));
    [this.#at, this.#own, this.#first] = [0, 1, 2].map(() => f.variable("i32"));
    const turn = f.once("i32", [], { i32: 0 });
    f.count(turn, count, 4, () => {
      const last = f.once("i32", op.i32Sub, count, { i32: 4 });
      f.assign(this.#first, isTransposed ? op.i32Sub : op.i32Add, isTransposed ? last : { i32: 0 }, turn);
      f.assign(this.#own, op.i32Add, x, f.once("i32", op.i32Mul, this.#first, { i32: bytes }));
      this.#rows.forEach((address, r) => {
        const i = f.once("i32", op.i32Add, this.#first, { i32: r });
        f.assign(address, op.i32Add, matrix, f.once("i32", op.i32Mul, i, row));
      });
      if (isTransposed) this.#transposed();
      else this.#plain();
    });
  }

  /** Takes what is known off four numbers, and solves for them. */
  #plain(): void {
    const { f } = this, l = this.#l, sums = ROWS.concat(ROWS).map(() => f.once("v128", l.splat, { f64: 0 }));
    if (this.bytes === 4) this.#sumInParts(sums);
    else {
      this.#along(() => {
        for (const half of [0, 1]) {
          const known = this.#loaded(this.#at, access.load, 2 * half);
          this.#rows.forEach((row, r) => {
            const sum = sums[2 * r + half];
            f.assign(sum, [], l.madd(this.#loaded(row, access.load, 2 * half), known, sum));
          });
        }
      });
    }
    const rest = ROWS.map((r) => {
      const sum = l.add(sums[2 * r], sums[2 * r + 1]);
      return l.sub(this.#number(this.#own, r), l.add(sum, f.once("v128", SWAP, sum, sum)));
    });
    this.#triangle(rest, this.#rows, (c) => ROWS.slice(c + 1), (row, column) => [row, column]);
  }

  /** Adds sums of products in float32 to those of pairs in float64. */
  #sumInParts(sums: readonly Local[]): void {
    const { f } = this, l = this.#l, stop = f.variable("i32"), parts = ROWS.map(() => f.variable("v128"));
    f.assign(this.#at, [], this.#x);
    f.count(this.#at, this.#own, 0, () => {
      f.assign(stop, op.i32Add, this.#at, { i32: TERMS });
      f.push(this.#own);
      f.push(stop);
      f.emit(op.i32LtS);
      f.when(() => f.assign(stop, [], this.#own));
      for (const part of parts) f.assign(part, l.splat, { f64: 0 });
      f.count(this.#at, stop, 16, () => {
        const known = this.#four(this.#at);
        this.#rows.forEach((row, r) => {
          f.assign(parts[r], [], this.#short.madd(this.#four(row), known, parts[r]));
          f.assign(row, op.i32Add, row, { i32: 16 });
        });
      });
      parts.forEach((part, r) =>
        [part, f.once("v128", SWAP, part, part)].forEach((pair, half) => {
          const sum = sums[2 * r + half];
          f.assign(sum, [], l.add(sum, f.once("v128", op.f64x2PromoteLowF32x4, pair)));
        })
      );
    });
  }

  /** Solves for four numbers, and takes what they contribute off all before them. */
  #transposed(): void {
    const { f } = this, l = this.#l;
    const offset = f.once("i32", op.i32Mul, this.#first, { i32: this.bytes });
    const diagonal = this.#rows.map((row) => f.once("i32", op.i32Add, row, offset));
    const rest: Operand[] = ROWS.map((r) => this.#number(this.#own, r));
    const known = this.#triangle(
      rest,
      diagonal,
      (c) => ROWS.slice(0, c),
      (row, column) => [column, row],
      true,
    );
    const short = this.bytes === 4 ? ROWS.map((r) => this.#four(this.#own, access.load32Splat, r)) : known;
    const lanes = this.bytes === 4 ? this.#short : l;
    this.#along(() => {
      for (let part = 0; part < this.bytes / 4; part++) {
        const load = (at: Local) => this.#four(at, access.load, 4 * part);
        const rest = this.#rows.reduce<Operand>(
          (rest, row, r) => lanes.nmadd(load(row), short[r], rest),
          load(this.#at),
        );
        f.push(this.#at);
        f.push(rest);
        f.access(access.store, 16 * part);
      }
    });
  }

  /** Runs `body` for all numbers before the rows' own, four at a time. */
  #along(body: () => void): void {
    const { f } = this, four = { i32: 4 * this.bytes };
    f.assign(this.#at, [], this.#x);
    f.count(this.#at, this.#own, four.i32, () => {
      body();
      for (const row of this.#rows) f.assign(row, op.i32Add, row, four);
    });
  }

  /** Solves with the triangle on the diagonal, stores the solution and returns it. */
  #triangle(
    rest: Operand[],
    rows: readonly Local[],
    others: (c: number) => number[],
    place: (row: number, column: number) => readonly [number, number],
    isReversed = false,
  ): Operand[] {
    const { f } = this, l = this.#l;
    for (const c of isReversed ? ROWS.toReversed() : ROWS) {
      rest[c] = l.div(rest[c], this.#number(rows[c], c));
      for (const r of others(c)) {
        const [row, column] = place(r, c);
        rest[r] = l.nmadd(this.#number(rows[row], column), rest[c], rest[r]);
      }
      const isSingle = this.bytes === 4;
      f.push(this.#own);
      f.push(isSingle ? f.once("v128", op.f32x4DemoteF64x2, rest[c]) : rest[c]);
      f.access(lane("store", isSingle ? 32 : 64), this.bytes * c, 0);
    }
    return rest;
  }

  /** Loads a vector of float32, as it is. */
  #four(at: Local, how: typeof access.load = access.load, index = 0): Operand {
    const { f } = this, found = f.variable("v128");
    f.push(at);
    f.access(how, 4 * index);
    f.set(found);
    return found;
  }

  /** Loads a number into both lanes. */
  #number(at: Local, index: number): Operand {
    return this.#loaded(at, this.bytes === 8 ? access.load64Splat : access.load32Splat, index);
  }

  #loaded(at: Local, how: typeof access.load, index: number): Operand {
    const { f } = this, found = f.variable("v128");
    f.push(at);
    f.access(how, this.bytes * index);
    if (this.bytes === 4) f.emit(op.f64x2PromoteLowF32x4);
    f.set(found);
    return found;
  }
}

/** Both solutions, of the addresses of L, of x, the bytes between rows, and the number of rows. */
type Solutions = Record<"plain" | "transposed", (l: number, row: number, x: number, count: number) => void>;

const modules = new Map<4 | 8, WebAssembly.Module>();

function moduleOf(bytes: 4 | 8): WebAssembly.Module {
  let module = modules.get(bytes);
  if (!module) {
    const { isFused } = vectorMachine();
    const [plain, transposed] = [false, true].map((is) => new Solution(bytes, isFused, is).f);
    // The memory begins with the constants of another module: there are none here.
    const parts = {
      functions: { plain, transposed },
      constants: new ConstantPool(),
      memory: "imported",
    } as const;
    modules.set(bytes, module = new WebAssembly.Module(assemble(parts)));
  }
  return module;
}

/** Returns solutions with triangles that lie in a memory, whose numbers take so many bytes. */
export function columnSolve(memory: WebAssembly.Memory, bytes: 4 | 8): SolveColumn {
  let solutions: Solutions | undefined;
  return (l, b, x, n, isUpper) => {
    const { buffer } = memory, row = isUpper ? l.column : l.row, a = l.data, data = x.data;
    const isTogether = (isUpper ? l.row : l.column) === 1 && x.row === 1;
    if (n < FEW || !isTogether || a.buffer !== buffer || data.buffer !== buffer) return false;
    solutions ??= new WebAssembly.Instance(moduleOf(bytes), { env: { memory } })
      .exports as unknown as Solutions;
    for (let i = 0; i < n; i++) data[x.at + i] = b.data[b.at + i * b.row];
    // Rows that are no four: the last of L, which come first where it is transposed.
    const whole = n & ~3, matrix = a.byteOffset + bytes * l.at, at = data.byteOffset + bytes * x.at;
    if (isUpper) {
      for (let k = n - 1; k >= whole; k--) {
        const known = data[x.at + k] /= a[l.at + k * row + k];
        for (let i = 0; i < k; i++) data[x.at + i] -= a[l.at + k * row + i] * known;
      }
      solutions.transposed(matrix, bytes * row, at, whole);
      return true;
    }
    solutions.plain(matrix, bytes * row, at, whole);
    for (let i = whole; i < n; i++) {
      let rest = data[x.at + i];
      for (let k = 0; k < i; k++) rest -= a[l.at + i * row + k] * data[x.at + k];
      data[x.at + i] = rest / a[l.at + i * row + i];
    }
    return true;
  };
}
