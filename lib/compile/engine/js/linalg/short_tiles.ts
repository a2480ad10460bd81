import {
  access,
  assemble,
  ConstantPool,
  f32x4,
  f64x2,
  type FunctionBuilder,
  type Instruction,
  type Local,
  op,
  shuffle,
} from "../../../../system/wasm/mod.ts";
import type { ShortTiles } from "./tiles.ts";
import { builder, panelsOf } from "./vector_tiles.ts";

/** Bytes of four numbers of float32, which lie side by side, and of four of float64. */
const FOUR = 16, LONG = 32;

/** Terms that are summed up in float32 before the sum is taken off in float64. */
const TERMS = 32;

const ROWS = [0, 1, 2, 3], SIDES = [0, 1];

/** Four times one of four numbers; the upper two; the lower halves of two vectors. */
const SPLATS = ROWS.map((r) => shuffle(Array.from({ length: 16 }, (_, i) => 4 * r + i % 4)));
const UPPER = shuffle(Array.from({ length: 16 }, (_, i) => (i + 8) % 16));
const JOIN = shuffle(Array.from({ length: 16 }, (_, i) => i < 8 ? i : i + 8));

/**
 * Less is copied as 0: other numbers' products have all digits, which those that lack some are slow
 * to.
 */
const LEAST = 2 ** -63;

/** Copies panels: (x, its end, bytes of a panel, those of its rows; the copy, bytes of a panel). */
function shorten(): FunctionBuilder {
  const [f, x, end, panel, rows, copy, short] = builder(6),
    [at, stop, to] = ROWS.map(() => f.variable("i32"));
  const pair = f.variable("v128"), least = f.once("v128", f64x2.Splat, { f64: LEAST });
  panelsOf(f, [x, end, panel], () => {
    f.assign(at, [], x);
    f.assign(stop, op.i32Add, x, rows);
    f.assign(to, [], copy);
    f.assign(copy, op.i32Add, copy, short);
    f.count(at, stop, LONG, () => {
      f.push(to);
      for (const side of SIDES) {
        f.push(at);
        f.access(access.load, 16 * side);
        f.set(pair);
        for (let n = 0; n < 2; n++) f.push(pair);
        f.emit(f64x2.Abs);
        f.push(least);
        f.emit(f64x2.Lt);
        f.emit(op.not);
        f.emit(op.and);
        f.emit(op.f32x4DemoteF64x2);
      }
      f.emit(JOIN);
      f.access(access.store);
      f.assign(to, op.i32Add, to, { i32: FOUR });
    });
  });
  return f;
}

/**
 * Takes sums of products of four rows and eight columns off numbers of float64: (a, its end, bytes
 * of a panel; b, its end, bytes of two panels, of one; c, bytes of a row, from four columns to the
 * next; bytes of the inner axis).
 */
function subtract(isFused: boolean): FunctionBuilder {
  const [f, a, endA, panelA, b, endB, pair, panelB, c, bytes, step, inner] = builder(11);
  const starts = ROWS.map(() => f.variable("i32")), sums = f.variable("v128", true);
  const [left, right, other, end, stop, row, i] = Array.from({ length: 7 }, () => f.variable("i32"));
  const [four, factor, ...columns] = ROWS.map(() => f.variable("v128"));
  const load = (from: Local, k: number, to: Local): void => {
    f.push(from);
    f.access(access.load, FOUR * k);
    f.set(to);
  };
  const multiply = (k: number): void => {
    load(left, k, four);
    load(right, k, columns[0]);
    load(other, k, columns[1]);
    for (const r of ROWS) {
      f.assign(factor, SPLATS[r], four, four);
      for (const side of SIDES) {
        if (!isFused) f.push(sums, 2 * r + side);
        f.push(factor);
        f.push(columns[side]);
        if (isFused) f.push(sums, 2 * r + side);
        for (const instruction of isFused ? [f32x4.RelaxedMadd] : [f32x4.Mul, f32x4.Add]) f.emit(instruction);
        f.set(sums, 2 * r + side);
      }
    }
  };
  const takeOff = (): void => {
    for (const side of SIDES) {
      for (const r of ROWS) {
        for (const half of SIDES) {
          f.push(starts[r]);
          f.push(starts[r]);
          f.access(access.load, 16 * half);
          for (let n = 0; n <= half; n++) f.push(sums, 2 * r + side);
          if (half === 1) f.emit(UPPER);
          f.emit(op.f64x2PromoteLowF32x4);
          f.emit(f64x2.Sub);
          f.access(access.store, 16 * half);
        }
        f.assign(starts[r], side === 0 ? op.i32Add : op.i32Sub, starts[r], step);
      }
    }
  };
  panelsOf(f, [b, endB, pair], () => {
    f.assign(row, [], c);
    f.assign(i, [], a);
    panelsOf(f, [i, endA, panelA], () => {
      for (const start of starts) {
        f.assign(start, [], row);
        f.assign(row, op.i32Add, row, bytes);
      }
      f.assign(left, [], i);
      f.assign(right, [], b);
      f.assign(other, op.i32Add, b, panelB);
      f.assign(end, op.i32Add, b, inner);
      f.doWhile(() => {
        f.assign(stop, op.i32Add, right, { i32: TERMS * FOUR });
        for (const operand of [end, stop]) f.push(operand);
        f.emit(op.i32LtU);
        f.when(() => f.assign(stop, [], end));
        for (let n = 0; n < 8; n++) {
          f.push({ f64: 0 });
          f.emit(f64x2.Splat);
          f.set(sums, n);
        }
        f.count(right, stop, 4 * FOUR, () => {
          for (const k of ROWS) multiply(k);
          for (const at of [left, other]) f.assign(at, op.i32Add, at, { i32: 4 * FOUR });
        });
        takeOff();
        for (const operand of [right, end]) f.push(operand);
        f.emit(op.i32LtU);
      });
    });
    for (let n = 0; n < 2; n++) f.assign(c, op.i32Add, c, step);
  });
  return f;
}

/** Takes numbers of so many bytes of the lower halves of two vectors in turn, or of the upper. */
const zips = (bytes: number): Instruction[] =>
  [0, 8].map((first) =>
    shuffle(Array.from({ length: 16 }, (_, i) => {
      const number = Math.floor(i / bytes);
      return first + (number >> 1) * bytes + i % bytes + (number & 1) * 16;
    }))
  );
const WORDS = zips(4);

/** Turns four vectors into those of their first numbers, their second, and so on. */
function transpose(f: FunctionBuilder, own: readonly Local[]): void {
  for (const [a, b] of [[0, 2], [1, 3], [0, 1], [2, 3]]) {
    for (const instruction of WORDS) {
      f.push(own[a]);
      f.push(own[b]);
      f.emit(instruction);
    }
    f.set(own[b]);
    f.set(own[a]);
  }
}

/**
 * Copies four rows of float32 to a panel, or back: (the first row, bytes of a row; panel, its end).
 */
function moves(toPanel: boolean): FunctionBuilder {
  const [f, first, row, panel, end] = builder(4), rows = [first, ...[1, 2, 3].map(() => f.variable("i32"))];
  const own = ROWS.map(() => f.variable("v128"));
  for (const r of [1, 2, 3]) f.assign(rows[r], op.i32Add, rows[r - 1], row);
  f.count(panel, end, 4 * LONG, () => {
    for (const r of ROWS) {
      if (toPanel) f.push(rows[r]);
      for (const side of toPanel ? [] : SIDES) {
        f.push(panel);
        f.access(access.load, LONG * r + 16 * side);
        f.emit(op.f32x4DemoteF64x2);
      }
      if (toPanel) f.access(access.load);
      else f.emit(JOIN);
      f.set(own[r]);
    }
    transpose(f, own);
    for (const r of ROWS) {
      for (const side of toPanel ? SIDES : []) {
        f.push(panel);
        for (let n = 0; n <= side; n++) f.push(own[r]);
        if (side === 1) f.emit(UPPER);
        f.emit(op.f64x2PromoteLowF32x4);
        f.access(access.store, LONG * r + 16 * side);
      }
      if (!toPanel) {
        f.push(rows[r]);
        f.push(own[r]);
        f.access(access.store);
      }
      f.assign(rows[r], op.i32Add, rows[r], { i32: 16 });
    }
  });
  return f;
}

const modules = new Map<boolean, WebAssembly.Module>();

/** Returns the work in float32 on the tiles of a memory, given the place of copies in bytes. */
export function shortTiles(memory: WebAssembly.Memory, isFused: boolean): (copies: number) => ShortTiles {
  let module = modules.get(isFused);
  if (!module) {
    const functions = {
      ...{ shorten: shorten(), subtract: subtract(isFused) },
      ...{ gather: moves(true), scatter: moves(false) },
    };
    const bytes = assemble({ functions, constants: new ConstantPool(), memory: "imported" });
    modules.set(isFused, module = new WebAssembly.Module(bytes));
  }
  const { shorten: shortened, subtract: subtracted, gather, scatter } = new WebAssembly.Instance(module, {
    env: { memory },
  }).exports as Record<string, (...numbers: number[]) => void>;
  return (copies) => ({
    room: (count) => new Float32Array(memory.buffer, copies, count),
    gather: (at, row, panel, columns) => {
      gather(copies + 4 * at, 4 * row, 8 * panel, 8 * panel + LONG * columns);
    },
    scatter: (at, row, panel, columns) => {
      scatter(copies + 4 * at, 4 * row, 8 * panel, 8 * panel + LONG * columns);
    },
    shorten: ({ x, count = 1, step = 4, rows }) => {
      shortened(8 * x, 8 * (x + step * count), 8 * step, LONG * rows, copies + 4 * x, 4 * step);
    },
    subtract: ({ a, rows, b, columns, c, stride, inner, length = inner, step = 4 }) => {
      const panel = FOUR * length, atA = copies + 4 * a, atB = copies + 4 * b;
      const endA = atA + panel * (rows >> 2), endB = atB + panel * (columns >> 2), row = 8 * stride;
      subtracted(atA, endA, panel, atB, endB, 2 * panel, panel, 8 * c, row, 8 * step, FOUR * inner);
    },
  });
}
