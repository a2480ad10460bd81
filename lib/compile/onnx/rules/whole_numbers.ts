import type { Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import * as U from "../../ops/unary.ts";
import { ElementType } from "../proto.ts";
import { inputs, type OnnxWriter, out, written } from "../writer.ts";

// Operations that ONNX Runtime does otherwise of whole numbers, and conversions to them.

type Write = (a: string, b: string, w: OnnxWriter, y?: string) => string;

/**
 * Writes an operation of two values. Whole numbers go by float64, which holds all of theirs: ONNX
 * Runtime rounds quotients towards 0, and ends the process at a division by 0.
 */
function divided(op: Op, float: Write, whole: Write = float): void {
  written(op, (node, w) => {
    const names = inputs(node, w), y = out(node, w);
    if (node.outputs[0].dtype === "float") return void float(names[0], names[1], w, y);
    const [a, b] = names.map((x) => w.node("Cast", [x], w.fresh("wide"), { to: ElementType.double }));
    toInt32(whole(a, b, w), w, true, y);
  });
}
divided(
  B.Div,
  (a, b, w, y) => w.node("Div", [a, b], y),
  (a, b, w) => w.node("Floor", [w.node("Div", [a, b])]),
);
divided(B.Pow, (a, b, w, y) => w.node("Pow", [a, b], y));
const remainder: Write = (a, b, w, y) => w.node("Mod", [a, b], y ?? w.fresh("rest"), { fmod: 1 });
divided(
  B.Mod,
  (a, b, w, y) => {
    // The remainder of a division towards 0, moved to the side of the divisor.
    const zero = w.scalar(0), rest = remainder(a, b, w), moved = remainder(w.node("Add", [rest, b]), b, w);
    const apart = w.node("Xor", [w.node("Less", [a, zero]), w.node("Less", [b, zero])]);
    return w.node("Where", [apart, moved, rest], y);
  },
  (a, b, w) => w.node("Sub", [a, w.node("Mul", [b, w.node("Floor", [w.node("Div", [a, b])])])]),
);

written(U.Cast, (node, w) => {
  const [x] = inputs(node, w), { to } = node.attrs, y = out(node, w);
  if (to === "int32" && node.inputs[0].dtype === "float") toInt32(x, w, w.double, y);
  else w.node("Cast", [x], y, { to: w.elementType(to) });
});

/** Writes the lowest 32 bits of floats without their fractions; 0 for what is not finite. */
function toInt32(x: string, w: OnnxWriter, double: boolean, y: string): void {
  const isFinite = w.node("Less", [w.node("Abs", [x]), w.number(Infinity, double)]);
  const finite = w.node("Where", [isFinite, x, w.number(0, double)]);
  const low = remainder(finite, w.number(2 ** 32, double), w);
  wrap(w.node("Cast", [low], w.fresh("wide"), { to: ElementType.int64 }), w, y);
}

/** Writes the lowest 32 bits of an int64. */
export function wrap(wide: string, w: OnnxWriter, y: string): void {
  // ONNX Runtime makes one conversion of two that follow each other, and that keeps to limits.
  const half = w.ints([2 ** 31], true),
    rest = w.node("Mod", [w.node("Add", [wide, half]), w.ints([2 ** 32], true)]);
  w.node("Cast", [w.node("Sub", [rest, half])], y, { to: ElementType.int32 });
}
