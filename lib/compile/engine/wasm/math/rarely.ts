import { op, type Operand } from "../../../../system/wasm/mod.ts";
import type { Lanes } from "../lanes.ts";

/**
 * Returns a result, or what `otherwise` computes in its place where any lane of a mask is set: its
 * instructions run only then.
 */
export function rarely(l: Lanes, mask: Operand, result: Operand, otherwise: () => Operand): Operand {
  const { f } = l, chosen = f.each([], result);
  pushAny(l, mask);
  f.when(() => {
    const other = otherwise();
    for (let v = 0; v < f.width; v++) {
      f.push(other, v);
      f.set(chosen, v);
    }
  });
  return chosen;
}

/** Puts on the stack whether any lane of a mask is set. */
export function pushAny({ f }: Lanes, mask: Operand): void {
  const count = "local" in mask && mask.step === 1 ? f.width : 1;
  for (let v = 0; v < count; v++) {
    f.push(mask, v);
    if (v > 0) f.emit(op.or);
  }
  f.emit(op.anyTrue);
}
