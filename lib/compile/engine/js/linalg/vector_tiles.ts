import {
  access,
  assemble,
  ConstantPool,
  f64x2,
  FunctionBuilder,
  type Local,
  op,
} from "../../../../system/wasm/mod.ts";
import type { Tiles } from "./tiles.ts";

/** Bytes of a number, and of the numbers of four rows or columns side by side in a panel. */
const NUMBER = 8, FOUR = 32;

const ROWS = [0, 1, 2, 3];

/** Writes on tiles of 4 by 4 numbers: two vectors for each row. */
class Tile {
  readonly f: FunctionBuilder;
  readonly #isFused: boolean;
  readonly #sums: Local;
  readonly #right: Local;

  constructor(f: FunctionBuilder, isFused: boolean) {
    [this.f, this.#isFused] = [f, isFused];
    this.#sums = f.variable("v128", true);
    this.#right = f.variable("v128", true);
  }

  /** Loads or stores the tile whose rows begin at addresses. */
  move(what: "load" | "store", row: (r: number) => { at: Local; offset: number }): void {
    const { f } = this;
    for (const r of ROWS) {
      for (const v of [0, 1]) {
        const { at, offset } = row(r);
        f.push(at);
        if (what === "store") f.push(this.#sums, 2 * r + v);
        f.access(access[what], offset + 16 * v);
        if (what === "load") f.set(this.#sums, 2 * r + v);
      }
    }
  }

  /** Subtracts the products of the columns of `left` with the rows of `right`, `count` of each. */
  subtract(left: Local, right: Local, end: Local): void {
    const { f } = this;
    f.count(right, end, FOUR, () => {
      for (const v of [0, 1]) {
        f.push(right);
        f.access(access.load, 16 * v);
        f.set(this.#right, v);
      }
      for (const r of ROWS) {
        f.push(left);
        f.access(access.load64Splat, NUMBER * r);
        f.set(this.#right, 2);
        for (const v of [0, 1]) this.#less(2 * r + v, 2, v);
      }
      f.assign(left, op.i32Add, left, { i32: FOUR });
    });
  }

  /** Solves with the lower triangle at `left`, row by row. */
  substitute(left: Local): void {
    const { f } = this;
    for (const c of ROWS) {
      f.push(left);
      f.access(access.load64Splat, FOUR * c + NUMBER * c);
      f.set(this.#right, 2);
      for (const v of [0, 1]) {
        f.push(this.#sums, 2 * c + v);
        f.push(this.#right, 2);
        f.emit(f64x2.Div);
        f.set(this.#sums, 2 * c + v);
        f.push(this.#sums, 2 * c + v);
        f.set(this.#right, v);
      }
      for (const r of ROWS.slice(c + 1)) {
        f.push(left);
        f.access(access.load64Splat, FOUR * c + NUMBER * r);
        f.set(this.#right, 2);
        for (const v of [0, 1]) this.#less(2 * r + v, 2, v);
      }
    }
  }

  #less(sum: number, a: number, b: number): void {
    const { f } = this;
    if (this.#isFused) {
      f.push(this.#right, a);
      f.push(this.#right, b);
      f.push(this.#sums, sum);
      f.emit(f64x2.RelaxedNmadd);
    } else {
      f.push(this.#sums, sum);
      f.push(this.#right, a);
      f.push(this.#right, b);
      f.emit(f64x2.Mul);
      f.emit(f64x2.Sub);
    }
    f.set(this.#sums, sum);
  }
}

const builder = (parameters: number): FunctionBuilder =>
  new FunctionBuilder(Array(parameters).fill("i32"), [], new ConstantPool(), 8);

/** `Tiles.solve`: (x, panels, bytes of a panel, end of the rows of x). */
function solve(isFused: boolean): FunctionBuilder {
  const f = builder(4), [x, panels, bytes, end] = [0, 1, 2, 3].map((i) => f.argument(i));
  const tile = new Tile(f, isFused), at = f.variable("i32"), left = f.variable("i32");
  const row = f.variable("i32");
  const place = (r: number) => ({ at: row, offset: FOUR * r });
  f.assign(row, [], x);
  f.count(row, end, 4 * FOUR, () => {
    f.assign(left, [], panels);
    f.assign(at, [], x);
    tile.move("load", place);
    tile.subtract(left, at, row);
    tile.substitute(left);
    tile.move("store", place);
    f.assign(panels, op.i32Add, panels, bytes);
  });
  return f;
}

/** `Tiles.subtract`: (c, bytes of a row, a, its end, b, its end, bytes of a panel). */
function subtract(isFused: boolean): FunctionBuilder {
  const f = builder(7), [c, bytes, a, endA, b, endB, panel] = [0, 1, 2, 3, 4, 5, 6].map((i) => f.argument(i));
  const tile = new Tile(f, isFused), left = f.variable("i32"), right = f.variable("i32");
  const end = f.variable("i32"), row = f.variable("i32"), i = f.variable("i32");
  const starts = ROWS.map(() => f.variable("i32"));
  /** Runs `body` for each panel until an end, whose address is at hand; moves on by a panel. */
  const panelsOf = (from: Local, until: Local, body: () => void): void => {
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
  };
  panelsOf(b, endB, () => {
    f.assign(end, op.i32Add, b, panel);
    f.assign(row, [], c);
    f.assign(i, [], a);
    panelsOf(i, endA, () => {
      for (const r of ROWS) {
        f.assign(starts[r], [], row);
        f.assign(row, op.i32Add, row, bytes);
      }
      const place = (r: number) => ({ at: starts[r], offset: 0 });
      f.assign(left, [], i);
      f.assign(right, [], b);
      tile.move("load", place);
      tile.subtract(left, right, end);
      tile.move("store", place);
    });
    f.assign(c, op.i32Add, c, { i32: FOUR });
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
  return {
    solve: (x, panels, length, rows) =>
      solved(NUMBER * x, NUMBER * panels, FOUR * length, NUMBER * x + FOUR * rows),
    subtract: ({ c, stride, a, rows, b, columns, inner }) => {
      const panel = FOUR * inner, [atA, atB] = [NUMBER * a, NUMBER * b];
      subtracted(
        ...[NUMBER * c, NUMBER * stride, atA, atA + panel * (rows >> 2), atB, atB + panel * (columns >> 2)],
        panel,
      );
    },
  };
}
