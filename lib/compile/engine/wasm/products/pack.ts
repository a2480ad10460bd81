import { access, lane, op, type Operand } from "../../../../system/wasm/mod.ts";
import type { Size } from "../../../ir/size.ts";
import type { Lanes } from "../lanes.ts";
import type { Strides } from "./layout.ts";

/** Copies the right-hand matrix of a product so that its rows lie one after the other. */
export function pack(
  l: Lanes,
  size: (size: Size, by?: number) => Operand,
  { k, n, bk, bj }: Strides,
  from: Operand,
  to: Operand,
): void {
  const { f, isDouble } = l, bytes = isDouble ? 8 : 4, bits = isDouble ? 64 : 32;
  const [j, i, source, column, target] = Array.from({ length: 5 }, () => f.variable("i32"));
  f.assign(j, [], { i32: 0 });
  f.assign(column, [], from);
  // Along the inner axis, which lies together in memory where the matrix is transposed.
  f.count(j, size(n), 1, () => {
    f.assign(source, [], column);
    f.assign(target, op.i32Add, to, f.once("i32", op.i32Mul, j, { i32: bytes }));
    f.assign(i, [], { i32: 0 });
    f.count(i, size(k), 1, () => {
      f.push(target);
      f.push(source);
      f.access(isDouble ? access.load64Splat : access.load32Splat);
      f.access(lane("store", bits), 0, 0);
      f.assign(source, op.i32Add, source, size(bk, bytes));
      f.assign(target, op.i32Add, target, size(n, bytes));
    });
    f.assign(column, op.i32Add, column, size(bj, bytes));
  });
}
