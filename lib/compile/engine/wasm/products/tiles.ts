import {
  access,
  type FunctionBuilder,
  lane,
  type Local,
  type MemoryInstruction,
  op,
  type Operand,
  shuffle,
} from "../../../../system/wasm/mod.ts";
import type { Size } from "../../../ir/size.ts";
import { SWAP } from "../group/elements.ts";
import type { Lanes } from "../lanes.ts";
import type { Strides } from "./layout.ts";

/** The addresses of the matrices of one product. */
export type Bases = Readonly<Record<"a" | "b" | "c", Operand>> & {
  /** Room for the right-hand rows of one tile, where copying them pays. */
  readonly panel?: Operand;
};

/** The right-hand rows of a tile: the first, and the elements from each to the next. */
interface Right {
  readonly at: Local;
  readonly bk: Size;
}

/** Rows and vectors of a tile: 12 sums, 2 vectors and a number fill the 15 registers of V8. */
export const ROWS = 6, VECTORS = 2;

/** Vectors of a tile of a result of few rows, by their number: columns, or sums of inner axes. */
const FEW: Readonly<Record<number, readonly [columns: number, inner: number]>> = {
  1: [10, 6],
  2: [5, 3],
  3: [4, 3],
};

/** Changes neighbours in a vector of four. */
const NEIGHBOURS = shuffle([4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]);

/** Writes a product as tiles of results that are held in registers. */
export class Tiles {
  readonly f: FunctionBuilder;
  readonly #bytes: number;

  constructor(
    private readonly l: Lanes,
    private readonly size: (size: Size, by?: number) => Operand,
    private readonly strides: Strides,
    private readonly bases: Bases,
  ) {
    this.f = l.f;
    this.#bytes = l.isDouble ? 8 : 4;
  }

  /** Writes the loops over the result; `isInner` where vectors lie along the inner axis. */
  write(isInner: boolean): void {
    const { f, l } = this, { n } = this.strides, j = f.variable("i32"), isKnown = typeof n === "number";
    f.assign(j, [], { i32: 0 });
    const column = (width: number, body: (b: Local) => (i: Local, rows: number) => void): void => {
      const end = this.#last(n, width);
      if ("i32" in end && end.i32 <= 0) return;
      f.count(j, end, width, () => this.#rows(body(this.#at(this.bases.b, [j, this.strides.bj]))));
    };
    // Few rows of two vectors would wait for their own results.
    const wide = FEW[this.strides.m as number] ?? [VECTORS, VECTORS];
    if (isInner) {
      for (const width of new Set([wide[1], VECTORS, 1])) {
        column(width, (b) => (i, rows) => this.#dots(i, j, b, rows, width));
      }
      return;
    }
    const most = wide[0] * l.count;
    // What is left is part of a vector: elements behind a row are read with it, and not stored.
    const widths = isKnown ? [most, n % most].filter((width) => width > 0 && width <= n) : [most, l.count, 1];
    for (const width of widths) {
      const vectors = Math.ceil(width / l.count), { panel } = this.bases;
      column(width, (b) => {
        const right = panel && vectors > 1 ? this.#packed(b, panel, vectors) : { at: b, bk: this.strides.bk };
        return (i, rows) => this.#tile(i, j, right, rows, vectors, width);
      });
    }
  }

  /** Copies the right-hand rows of a tile, so that they lie one after the other. */
  #packed(from: Local, to: Operand, vectors: number): Right {
    const { f, l } = this, { k, bk } = this.strides, counter = f.variable("i32");
    const source = f.once("i32", [], from), target = f.once("i32", [], to);
    f.assign(counter, [], { i32: 0 });
    this.#inner(counter, this.size(k), 1, [[source, bk], [target, vectors * l.count]], () => {
      for (let v = 0; v < vectors; v++) {
        f.push(target);
        f.push(source);
        f.access(access.load, 16 * v);
        f.access(access.store, 16 * v);
      }
    });
    return { at: f.once("i32", [], to), bk: vectors * l.count };
  }

  /** Returns the first counter that a step of `width` no longer fits at. */
  #last(length: Size, width: number): Operand {
    if (typeof length === "number") return { i32: length - width + 1 };
    return width === 1
      ? this.size(length)
      : this.f.once("i32", op.i32Sub, this.size(length), { i32: width - 1 });
  }

  #rows(body: (i: Local, rows: number) => void): void {
    const { f } = this, { m } = this.strides, i = f.variable("i32");
    f.assign(i, [], { i32: 0 });
    const heights = typeof m === "number"
      ? [ROWS, m % ROWS].filter((rows) => rows > 0 && rows <= m)
      : [ROWS, ROWS / 2, 1];
    for (const rows of heights) {
      f.count(i, this.#last(m, rows), rows, () => body(i, rows));
    }
  }

  /** Returns an address moved on by counters times strides. */
  #at(base: Operand, ...moves: [Local, Size][]): Local {
    const { f } = this, at = f.once("i32", [], base);
    for (const [counter, stride] of moves) {
      if (stride === 0) continue;
      f.assign(at, op.i32Add, at, f.once("i32", op.i32Mul, counter, this.size(stride, this.#bytes)));
    }
    return at;
  }

  /** Returns the addresses of `count` rows: one where they are known, moved on by numbers. */
  #spread(at: Local, stride: Size, count: number): { at: Local; offset: number }[] {
    const { f } = this, all = [{ at, offset: 0 }];
    for (let r = 1; r < count; r++) {
      if (typeof stride === "number" && stride >= 0) all.push({ at, offset: r * stride * this.#bytes });
      else {
        const last = all[r - 1].at;
        all.push({ at: f.once("i32", op.i32Add, last, this.size(stride, this.#bytes)), offset: 0 });
      }
    }
    return all;
  }

  /** Returns `count` sums at 0. */
  #sums(count: number): Local[] {
    return Array.from({ length: count }, () => {
      const sum = this.f.variable("v128");
      this.f.assign(sum, [], this.l.number(0));
      return sum;
    });
  }

  /** Runs `body` once for each `step` of the inner axis until `end`, and moves addresses on. */
  #inner(counter: Local, end: Operand, step: number, moved: [Local, Size][], body: () => void): void {
    const { f } = this;
    f.count(counter, end, step, () => {
      body();
      for (const [at, stride] of moved) {
        if (typeof stride === "number") f.assign(at, op.i32Add, at, { i32: stride * step * this.#bytes });
        else for (let i = 0; i < step; i++) f.assign(at, op.i32Add, at, this.size(stride, this.#bytes));
      }
    });
  }

  /** Addresses of rows that are not known numbers apart move on each by itself. */
  #moving(rows: readonly { at: Local }[], stride: Size): [Local, Size][] {
    return [...new Set(rows.map(({ at }) => at))].map((at) => [at, stride]);
  }

  #load(at: Local, instruction: MemoryInstruction, offset: number): Local {
    const { f } = this, x = f.variable("v128");
    f.push(at);
    f.access(instruction, offset);
    f.set(x);
    return x;
  }

  #madd(sum: Local, a: Operand, b: Operand): void {
    this.f.assign(sum, [], this.l.madd(a, b, sum));
  }

  /** Writes `rows` by `width` results, vectors along the columns. */
  #tile(i: Local, j: Local, b: Right, rows: number, vectors: number, width: number): void {
    const { f, l } = this, { k, ai, ak, ci, cj } = this.strides, bytes = this.#bytes;
    const splat = l.isDouble ? access.load64Splat : access.load32Splat;
    const from = this.#spread(this.#at(this.bases.a, [i, ai]), ai, rows), q = f.once("i32", [], b.at);
    const sums = this.#sums(rows * vectors), counter = f.variable("i32");
    f.assign(counter, [], { i32: 0 });
    this.#inner(counter, this.size(k), 1, [...this.#moving(from, ak), [q, b.bk]], () => {
      const column = (v: number) => this.#load(q, width === 1 ? splat : access.load, 16 * v);
      const number = (r: number) => this.#load(from[r].at, splat, from[r].offset);
      // The fewer of both are held, the others read one after the other.
      const isWide = vectors > rows, [held, others] = isWide ? [rows, vectors] : [vectors, rows];
      const known = Array.from({ length: held }, (_, i) => isWide ? number(i) : column(i));
      for (let i = 0; i < others; i++) {
        const other = isWide ? column(i) : number(i);
        known.forEach((x, h) => this.#madd(sums[isWide ? h * vectors + i : i * vectors + h], x, other));
      }
    });
    const to = this.#spread(this.#at(this.bases.c, [i, ci], [j, cj]), ci, rows);
    to.forEach(({ at, offset }, r) => {
      for (let v = 0; v < vectors; v++) {
        const sum = sums[r * vectors + v], lanes = Math.min(l.count, width - v * l.count);
        if (lanes < l.count || cj !== 1) this.#scatter(at, offset, v, sum, lanes);
        else {
          f.push(at);
          f.push(sum);
          f.access(access.store, offset + v * l.count * bytes);
        }
      }
    });
  }

  /** Stores the lanes of a vector along the columns of a result that do not lie together. */
  #scatter(at: Local, offset: number, v: number, sum: Local, count: number): void {
    const { f, l } = this, { cj } = this.strides, bytes = this.#bytes;
    for (let i = 0; i < count; i++) {
      const number = v * l.count + i;
      f.push(at);
      if (typeof cj !== "number" && number > 0) {
        f.push(this.size(cj, bytes));
        f.push({ i32: number });
        f.emit(op.i32Mul);
        f.emit(op.i32Add);
      }
      f.push(sum);
      f.access(
        lane("store", l.isDouble ? 64 : 32),
        offset + (typeof cj === "number" ? number * cj * bytes : 0),
        i,
      );
    }
  }

  /** Writes `rows` by `columns` results, each the sum of a vector along the inner axis. */
  #dots(i: Local, j: Local, b: Local, rows: number, columns: number): void {
    const { f, l } = this, { k, ai, bj, ci } = this.strides, bytes = this.#bytes;
    const left = this.#spread(this.#at(this.bases.a, [i, ai]), ai, rows);
    const right = this.#spread(f.once("i32", [], b), bj, columns);
    const sums = this.#sums(rows * columns), counter = f.variable("i32");
    const moved: [Local, Size][] = [...this.#moving(left, 1), ...this.#moving(right, 1)];
    const turn = (instruction: typeof access.load): void => {
      const others = right.map(({ at, offset }) => this.#load(at, instruction, offset));
      left.forEach(({ at, offset }, r) => {
        const a = this.#load(at, instruction, offset);
        others.forEach((x, c) => this.#madd(sums[r * columns + c], a, x));
      });
    };
    f.assign(counter, [], { i32: 0 });
    this.#inner(counter, this.#last(k, l.count), l.count, moved, () => turn(access.load));
    // What is left is in the first lane; the others stay as they are.
    const zero = l.isDouble ? access.load64Zero : access.load32Zero;
    this.#inner(counter, this.size(k), 1, moved, () => turn(zero));
    const to = this.#spread(this.#at(this.bases.c, [i, ci], [j, this.strides.cj]), ci, rows);
    sums.forEach((sum, at) => {
      const r = Math.floor(at / columns), c = at % columns;
      let total: Operand = f.once("v128", [], sum);
      for (const change of l.isDouble ? [SWAP] : [SWAP, NEIGHBOURS]) {
        total = l.add(total, f.once("v128", change, total, total));
      }
      f.push(to[r].at);
      f.push(total);
      f.access(lane("store", l.isDouble ? 64 : 32), to[r].offset + c * bytes, 0);
    });
  }
}
