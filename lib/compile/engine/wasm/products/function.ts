import { type ConstantPool, FunctionBuilder, op, type Operand } from "../../../../system/wasm/mod.ts";
import { mulSizes, type Size } from "../../../ir/size.ts";
import type { Product } from "../../js/vectors.ts";
import type { Writer } from "../../js/writer.ts";
import type { Precision } from "../../portable.ts";
import { Lanes } from "../lanes.ts";
import type { Parameters } from "../parameters.ts";
import { layoutOf, type Strides, swapped } from "./layout.ts";
import { pack } from "./pack.ts";
import { type Bases, ROWS, Tiles, VECTORS } from "./tiles.ts";

/** The numbers of the machine and the program that code depends on. */
interface Machine {
  readonly precision: Precision;
  readonly isFused: boolean;
}

/** Writes the function of a product, if vectors pay for its lengths and strides. */
export function productFunction(
  w: Writer,
  { lengths, batch, sides }: Product,
  parameters: Parameters,
  pool: ConstantPool,
  { precision, isFused }: Machine,
): FunctionBuilder | undefined {
  const bytes = precision === "float64" ? 8 : 4, layout = layoutOf(lengths, 16 / bytes);
  if (!layout) return undefined;
  let strides: Strides = { ...lengths, ci: lengths.n, cj: 1 };
  const places = sides.map(({ view, outer }) => {
    const { array, terms } = w.start(view);
    return {
      address: parameters.address(array, w.sum(terms), bytes),
      outer: outer.map((s) => parameters.size(w, s, bytes)),
      isSame: outer.map((s) => s === 0),
    };
  });
  if (layout.isSwapped) {
    strides = swapped(strides);
    [places[0], places[1]] = [places[1], places[0]];
  }
  let scratch: Operand | undefined;
  if (layout.kind === "packed") {
    const buffer = w.memory.buffer("float", mulSizes(strides.k, strides.n));
    scratch = parameters.address(w.array(buffer), "0", bytes);
  }
  // Rows far apart in memory are copied for each column of tiles: they stay in the nearest cache.
  const { m, n, k } = strides, most = VECTORS * 16 / bytes;
  const isLarge = (s: Size, limit: number) => typeof s !== "number" || s >= limit;
  let panel: Operand | undefined;
  if (layout.kind !== "inner" && isLarge(m, 4 * ROWS) && isLarge(n, most + 1) && isLarge(k, 64)) {
    panel = parameters.address(w.array(w.memory.buffer("float", mulSizes(k, most))), "0", bytes);
  }
  const size = (s: Size, by = 1): Operand => parameters.size(w, s, by);
  // All that is given is known before the function begins.
  for (const s of Object.values(strides)) size(s), size(s, bytes);
  const turns = batch.map((s) => size(s)), f = new FunctionBuilder(parameters.types, [], pool);
  const l = new Lanes(f, precision, isFused);
  const compute = ([a, b, c]: Operand[]): void => {
    let bases: Bases = { a, b, c, panel }, inner = strides;
    if (scratch) {
      pack(l, size, strides, b, scratch);
      bases = { ...bases, b: scratch };
      inner = { ...strides, bk: strides.n, bj: 1 };
    }
    new Tiles(l, size, inner, bases).write(layout.kind === "inner");
  };
  const members = (depth: number, at: Operand[]): void => {
    if (depth === batch.length) return compute(at);
    const i = f.variable("i32");
    f.assign(i, [], { i32: 0 });
    f.count(i, turns[depth], 1, () => {
      const moved = at.map((base, side) => {
        if (places[side].isSame[depth]) return base;
        return f.once("i32", op.i32Add, base, f.once("i32", op.i32Mul, i, places[side].outer[depth]));
      });
      members(depth + 1, moved);
    });
  };
  members(0, places.map(({ address }) => address));
  return f;
}
