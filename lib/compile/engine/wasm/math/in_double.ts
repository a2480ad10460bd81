import { op, type Operand } from "../../../../system/wasm/mod.ts";
import { JOIN_LOW, SWAP } from "../group/elements.ts";
import { Lanes } from "../lanes.ts";

/** Computes a function of float32 numbers in float64, two lanes at a time. */
export function inDouble(l: Lanes, x: Operand, compute: (d: Lanes, x: Operand) => Operand): Operand {
  const { f } = l,
    half = (x: Operand): Operand => {
      const d = new Lanes(f, "float64", l.isFused);
      d.isSingle = l.isSingle;
      return f.each(op.f32x4DemoteF64x2, compute(d, f.each(op.f64x2PromoteLowF32x4, x)));
    };
  const low = half(x);
  // A single element is in all lanes, of which two have been computed.
  return f.each(JOIN_LOW, low, l.isSingle ? low : half(f.each(SWAP, x, x)));
}
