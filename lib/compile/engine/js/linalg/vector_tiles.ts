import {
  access,
  assemble,
  ConstantPool,
  f64x2,
  FunctionBuilder,
  type Instruction,
  type Local,
  type MemoryInstruction,
  op,
  shuffle,
} from "../../../../system/wasm/mod.ts";
import type { Tiles } from "./tiles.ts";

/** Bytes of a number, and of the numbers of four rows or columns side by side in a panel. */
const NUMBER = 8, FOUR = 32;

const ROWS = [0, 1, 2, 3], PAIRS = [0, 1];

/** Returns what takes one of four numbers, those of two vectors, after another. */
const pick = (...numbers: readonly [number, number]) =>
  shuffle(numbers.flatMap((number) => Array.from({ length: NUMBER }, (_, i) => NUMBER * number + i)));

/** Takes rows apart into diagonals of squares of 2 by 2, and diagonals into rows. */
const DIAGONALS = [pick(0, 3), pick(1, 2)], LINES = [pick(0, 2), pick(3, 1)], SWAP = pick(1, 0);

/**
 * Writes on tiles of 4 by 4 numbers: two vectors for each row, or, while products are subtracted,
 * for each pair of rows both diagonals of two squares. Then numbers of either panel are loaded two
 * at a time, as they lie in memory, one vector of the right-hand panel being taken swapped as well:
 * V8 checks every load against the end of memory, so that each costs as much as two products.
 */
class Tile {
  readonly f: FunctionBuilder;
  readonly #isFused: boolean;
  readonly #sums: Local;
  readonly #own: Local;

  constructor(f: FunctionBuilder, isFused: boolean) {
    [this.f, this.#isFused] = [f, isFused];
    this.#sums = f.variable("v128", true);
    this.#own = f.variable("v128", true);
  }

  /** Loads or stores the tile whose rows begin at addresses. */
  move(what: "load" | "store", row: (r: number) => { at: Local; offset: number }): void {
    const { f } = this;
    for (const r of ROWS) {
      for (const v of PAIRS) {
        const { at, offset } = row(r);
        f.push(at);
        if (what === "store") f.push(this.#sums, 2 * r + v);
        f.access(access[what], offset + 16 * v);
        if (what === "load") f.set(this.#sums, 2 * r + v);
      }
    }
  }

  /**
   * Subtracts the products of the columns of `left` with the rows of `right`, up to an end: a
   * multiple of 4 of them.
   */
  subtract(left: Local, right: Local, end: Local): void {
    const { f } = this, [first, second, own, swapped] = ROWS;
    this.#exchange(DIAGONALS);
    f.count(right, end, 4 * FOUR, () => {
      for (const k of ROWS) {
        for (const pair of PAIRS) this.#load(left, FOUR * k + 16 * pair, [first, second][pair]);
        for (const v of PAIRS) {
          this.#load(right, FOUR * k + 16 * v, own);
          for (let i = 0; i < 2; i++) f.push(this.#own, own);
          f.emit(SWAP);
          f.set(this.#own, swapped);
          for (const pair of PAIRS) {
            this.#less(4 * pair + v, [first, second][pair], own);
            this.#less(4 * pair + 2 + v, [first, second][pair], swapped);
          }
        }
      }
      f.assign(left, op.i32Add, left, { i32: 4 * FOUR });
    });
    this.#exchange(LINES);
  }

  /** Solves with the lower triangle at `left`, row by row. */
  substitute(left: Local): void {
    const { f } = this, factor = 2;
    for (const c of ROWS) {
      this.#load(left, FOUR * c + NUMBER * c, factor, access.load64Splat);
      for (const v of PAIRS) {
        f.push(this.#sums, 2 * c + v);
        f.push(this.#own, factor);
        f.emit(f64x2.Div);
        f.set(this.#sums, 2 * c + v);
        f.push(this.#sums, 2 * c + v);
        f.set(this.#own, v);
      }
      for (const r of ROWS.slice(c + 1)) {
        this.#load(left, FOUR * c + NUMBER * r, factor, access.load64Splat);
        for (const v of PAIRS) this.#less(2 * r + v, factor, v);
      }
    }
  }

  /** Makes two vectors of each pair of rows, and pair of columns, of two. */
  #exchange([first, second]: readonly Instruction[]): void {
    const { f } = this;
    for (const at of [0, 1, 4, 5]) {
      for (const instruction of [first, second]) {
        f.push(this.#sums, at);
        f.push(this.#sums, at + 2);
        f.emit(instruction);
      }
      f.set(this.#sums, at + 2);
      f.set(this.#sums, at);
    }
  }

  #load(from: Local, offset: number, to: number, how: MemoryInstruction = access.load): void {
    this.f.push(from);
    this.f.access(how, offset);
    this.f.set(this.#own, to);
  }

  #less(sum: number, a: number, b: number): void {
    const { f } = this;
    if (this.#isFused) {
      f.push(this.#own, a);
      f.push(this.#own, b);
      f.push(this.#sums, sum);
      f.emit(f64x2.RelaxedNmadd);
    } else {
      f.push(this.#sums, sum);
      f.push(this.#own, a);
      f.push(this.#own, b);
      f.emit(f64x2.Mul);
      f.emit(f64x2.Sub);
    }
    f.set(this.#sums, sum);
  }
}

/** Returns a function of addresses and bytes, and what it is given. */
function builder(parameters: number): [FunctionBuilder, ...Local[]] {
  const f = new FunctionBuilder(Array(parameters).fill("i32"), [], new ConstantPool(), 8);
  return [f, ...Array.from({ length: parameters }, (_, i) => f.argument(i))];
}

/** Runs `body` for each panel until an end, whose address is at hand; moves on by a panel. */
function panelsOf(f: FunctionBuilder, [from, until, panel]: Local[], body: () => void): void {
  const isBelow = (): void => {
    f.push(from);
    f.push(until);
    f.emit(op.i32LtU);
  };
  isBelow();
  f.when(() =>
    f.doWhile(() => {
      body();
      f.assign(from, op.i32Add, from, panel);
      isBelow();
    })
  );
}

/**
 * `Tiles.solve`: (x, its end, bytes of a panel of x; those of its rows; panels, bytes of each). It
 * goes tile after tile of each row: they do not wait for each other.
 */
function solve(isFused: boolean): FunctionBuilder {
  const [f, x, endX, panelX, rows, panels, bytes] = builder(6), tile = new Tile(f, isFused);
  const [at, left, row, end, own] = Array.from({ length: 5 }, () => f.variable("i32"));
  const place = (r: number) => ({ at: end, offset: FOUR * r });
  f.assign(row, [], { i32: 0 });
  f.count(row, rows, 4 * FOUR, () => {
    f.assign(own, [], x);
    panelsOf(f, [own, endX, panelX], () => {
      f.assign(left, [], panels);
      f.assign(at, [], own);
      f.assign(end, op.i32Add, own, row);
      tile.move("load", place);
      tile.subtract(left, at, end);
      tile.substitute(left);
      tile.move("store", place);
    });
    f.assign(panels, op.i32Add, panels, bytes);
  });
  return f;
}

/**
 * `Tiles.subtract`: (a, its end, bytes of a panel of it; b, its end, bytes of a panel; c, bytes of
 * a row of it, those from four columns to the next; bytes of the inner axis; bytes by which the end
 * of a moves with each panel of b).
 */
function subtract(isFused: boolean): FunctionBuilder {
  const [f, a, endA, panelA, b, endB, panelB, c, bytes, step, inner, growth] = builder(11);
  const tile = new Tile(f, isFused), starts = ROWS.map(() => f.variable("i32"));
  const [left, right, end, row, i] = Array.from({ length: 5 }, () => f.variable("i32"));
  const place = (r: number) => ({ at: starts[r], offset: 0 });
  panelsOf(f, [b, endB, panelB], () => {
    f.assign(end, op.i32Add, b, inner);
    f.assign(row, [], c);
    f.assign(i, [], a);
    panelsOf(f, [i, endA, panelA], () => {
      for (const start of starts) {
        f.assign(start, [], row);
        f.assign(row, op.i32Add, row, bytes);
      }
      f.assign(left, [], i);
      f.assign(right, [], b);
      tile.move("load", place);
      tile.subtract(left, right, end);
      tile.move("store", place);
    });
    f.assign(c, op.i32Add, c, step);
    f.assign(endA, op.i32Add, endA, growth);
  });
  return f;
}

const modules = new Map<boolean, WebAssembly.Module>();

/** Returns the work on tiles as functions of vectors, on numbers that lie in a memory. */
export function vectorTiles(memory: WebAssembly.Memory, isFused: boolean): Tiles {
  let module = modules.get(isFused);
  if (!module) {
    const functions = { solve: solve(isFused), subtract: subtract(isFused) };
    const bytes = assemble({ functions, constants: new ConstantPool(), memory: "imported" });
    modules.set(isFused, module = new WebAssembly.Module(bytes));
  }
  const { solve: solved, subtract: subtracted } = new WebAssembly.Instance(module, { env: { memory } })
    .exports as Record<string, (...numbers: number[]) => void>;
  // Written out: a list of arguments takes longer than a small tile.
  return {
    solve: ({ x, count = 1, step = 4, panels, length, rows }) => {
      const from = NUMBER * x, panel = NUMBER * step;
      solved(from, from + panel * count, panel, FOUR * rows, NUMBER * panels, FOUR * length);
    },
    subtract: ({ a, rows, b, columns, c, stride, inner, length = inner, step = 4, isTriangle }) => {
      const panel = FOUR * length, atA = NUMBER * a, atB = NUMBER * b, atC = NUMBER * c;
      const endA = atA + panel * (isTriangle ? 1 : rows >> 2), endB = atB + panel * (columns >> 2);
      const row = NUMBER * stride, across = NUMBER * step, growth = isTriangle ? panel : 0;
      subtracted(atA, endA, panel, atB, endB, panel, atC, row, across, FOUR * inner, growth);
    },
  };
}
