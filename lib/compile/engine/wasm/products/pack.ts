import { access, lane, type Local, op, type Operand, shuffle } from "../../../../system/wasm/mod.ts";
import type { Size } from "../../../ir/size.ts";
import { JOIN_LOW } from "../group/elements.ts";
import type { Lanes } from "../lanes.ts";
import type { Strides } from "./layout.ts";

/** Takes the upper halves of two vectors as one. */
const JOIN_HIGH = shuffle([8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]);

/** Takes the numbers of two lower, and of two upper, halves in turns. */
const MIX_LOW = shuffle([0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23]),
  MIX_HIGH = shuffle([8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]);

/** Columns of the result that are copied at a time. */
const PANEL = 32;

/** Returns the columns of as many rows as a vector has numbers. */
function turned({ f, isDouble }: Lanes, rows: readonly Local[]): Local[] {
  const halves = (a: Local, b: Local) => [JOIN_LOW, JOIN_HIGH].map((half) => f.once("v128", half, a, b));
  if (isDouble) return halves(rows[0], rows[1]);
  const [low, high] = [MIX_LOW, MIX_HIGH].map((mix) =>
    [0, 2].map((r) => f.once("v128", mix, rows[r], rows[r + 1]))
  );
  return [...halves(low[0], low[1]), ...halves(high[0], high[1])];
}

/**
 * Copies the right-hand matrix of a product so that its rows lie one after the other; by blocks in
 * registers where it lies transposed.
 */
export function pack(
  l: Lanes,
  size: (size: Size, by?: number) => Operand,
  { k, n, bk, bj }: Pick<Strides, "k" | "n" | "bk" | "bj">,
  from: Operand,
  to: Operand,
): void {
  const { f, isDouble, count } = l, bytes = isDouble ? 8 : 4;
  const [i, j, source, target] = Array.from({ length: 4 }, () => f.variable("i32"));
  /** Returns `rows` addresses, `step` bytes apart. */
  const addresses = (first: Local, step: Operand, rows: number): Local[] => {
    const all = [f.once("i32", [], first)];
    while (all.length < rows) all.push(f.once("i32", op.i32Add, all[all.length - 1], step));
    return all;
  };
  const last = (s: Size): Operand =>
    typeof s === "number" ? { i32: s - count + 1 } : f.once("i32", op.i32Sub, size(s), { i32: count - 1 });
  const block = (): void => {
    const rows = addresses(source, size(bj, bytes), count),
      numbers = rows.map((row) => {
        const found = f.variable("v128");
        f.push(row);
        f.access(access.load);
        f.set(found);
        return found;
      });
    const columns = turned(l, numbers);
    addresses(target, size(n, bytes), count).forEach((place, r) => {
      f.push(place);
      f.push(columns[r]);
      f.access(access.store);
    });
    f.assign(source, op.i32Add, rows[count - 1], size(bj, bytes));
    f.assign(target, op.i32Add, target, { i32: 16 });
  };
  const column = (height: number): void => {
    const numbers = f.variable("v128");
    f.push(source);
    f.access(height > 1 ? access.load : isDouble ? access.load64Splat : access.load32Splat);
    f.set(numbers);
    addresses(target, size(n, bytes), height).forEach((place, r) => {
      f.push(place);
      f.push(numbers);
      f.access(lane("store", isDouble ? 64 : 32), 0, r);
    });
    f.assign(source, op.i32Add, source, size(bj, bytes));
    f.assign(target, op.i32Add, target, { i32: bytes });
  };
  const strip = (height: number, first: Operand, end: Operand): void => {
    const move = (to: Local, base: Operand, rowBytes: Operand, columnBytes: Operand) => {
      f.assign(to, op.i32Add, base, f.once("i32", op.i32Mul, i, rowBytes));
      f.assign(to, op.i32Add, to, f.once("i32", op.i32Mul, first, columnBytes));
    };
    move(source, from, size(bk, bytes), size(bj, bytes));
    move(target, to, size(n, bytes), { i32: bytes });
    f.assign(j, [], first);
    if (height > 1) f.count(j, f.once("i32", op.i32Sub, end, { i32: count - 1 }), count, block);
    f.count(j, end, 1, () => column(height));
  };
  // So many rows of a transposed matrix at a time that the machine knows all their pages.
  const panel = f.variable("i32"), end = f.variable("i32");
  f.assign(panel, [], { i32: 0 });
  f.count(panel, size(n), PANEL, () => {
    f.assign(end, op.i32Add, panel, { i32: PANEL });
    f.push(end);
    f.push(size(n));
    f.push(end);
    f.push(size(n));
    f.emit(op.i32LtS);
    f.emit(op.select);
    f.set(end);
    f.assign(i, [], { i32: 0 });
    if (bk === 1) f.count(i, last(k), count, () => strip(count, panel, end));
    f.count(i, size(k), 1, () => strip(1, panel, end));
  });
}
