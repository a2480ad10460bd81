import {
  extract,
  f32x4,
  f64x2,
  type ImportedFunction,
  op,
  type Operand,
  replace,
} from "../../../system/wasm/mod.ts";
import { remainder } from "../../ops/numbers.ts";
import { digamma, lgamma } from "../../ops/special.ts";
import type { Lanes } from "./lanes.ts";

const { pow, sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh } = Math;

/** The functions of JavaScript that are called lane by lane. */
export const calledFunctions = {
  ...{ pow, sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh },
  ...{ remainder, lgamma, digamma },
};

/** The name of a function that is called lane by lane. */
export type CalledName = keyof typeof calledFunctions;

/** Those functions as a module is given them. */
export const importedFunctions: readonly ImportedFunction[] = Object.entries(calledFunctions).map(
  ([name, { length }]) => ({ name, parameters: Array(length).fill("f64"), results: ["f64"] }),
);

const numbers = new Map(importedFunctions.map(({ name }, i) => [name, i]));

/** Returns a function of JavaScript of each lane. */
export function byLane(l: Lanes, name: CalledName, xs: readonly Operand[]): Operand {
  const { f, isDouble } = l, result = f.variable("v128", true), type = isDouble ? "f64x2" : "f32x4";
  for (let v = 0; v < f.width; v++) {
    for (let lane = 0; lane < (l.isSingle ? 1 : l.count); lane++) {
      if (!l.isSingle) f.push(lane === 0 ? xs[0] : result, v);
      for (const x of xs) {
        f.push(x, v);
        f.emit(extract(type, lane));
        if (!isDouble) f.emit(op.f64PromoteF32);
      }
      f.call(numbers.get(name)!);
      if (!isDouble) f.emit(op.f32DemoteF64);
      f.emit(l.isSingle ? (isDouble ? f64x2 : f32x4).Splat : replace(type, lane));
      f.set(result, v);
    }
  }
  return result;
}
