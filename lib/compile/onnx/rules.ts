import type { Node, Op, Value } from "../ir/graph.ts";
import { addSizes, isStatic, type Size } from "../ir/size.ts";
import * as B from "../ops/binary.ts";
import * as X from "../ops/index.ts";
import { MatMul } from "../ops/matmul.ts";
import * as R from "../ops/reduce.ts";
import { Scan, type ScanAttrs } from "../ops/scan.ts";
import * as S from "../ops/shape.ts";
import * as L from "../ops/slice.ts";
import * as U from "../ops/unary.ts";
import { Where } from "../ops/where.ts";
import { ElementType, intAttribute, intsAttribute, textAttribute } from "./proto.ts";
import type { OnnxWriter } from "./writer.ts";

// deno-lint-ignore no-explicit-any
type Rule = (node: Node<any>, w: OnnxWriter) => void;

/** How each operation is written in ONNX. */
export const rules: Map<Op, Rule> = new Map();

const END = Number.MAX_SAFE_INTEGER;
const inputs = (node: Node, w: OnnxWriter): string[] => node.inputs.map((i) => w.name(i));
const out = (node: Node, w: OnnxWriter): string => w.name(node.outputs[0]);

function plain(op: Op, opType: string = op.name): void {
  rules.set(op, (node, w) => void w.node(opType, inputs(node, w), out(node, w)));
}

for (
  const op of [
    B.Add,
    B.Sub,
    B.Mul,
    B.Div,
    B.Pow,
    B.Max,
    B.Min,
    B.Greater,
    B.Less,
    B.GreaterOrEqual,
    B.LessOrEqual,
    B.Equal,
    B.And,
    B.Or,
  ]
) plain(op);
for (
  const op of [
    U.Neg,
    U.Exp,
    U.Log,
    U.Sqrt,
    U.Abs,
    U.Sign,
    U.Reciprocal,
    U.Sin,
    U.Cos,
    U.Tanh,
    U.Sigmoid,
    U.Softplus,
    U.Relu,
    U.Floor,
    U.Ceil,
    U.Round,
    U.IsNaN,
    U.IsInf,
    U.Not,
    U.Identity,
  ]
) plain(op);
plain(U.StopGradient, "Identity");

/** Functions that ONNX Runtime has for float32 only, or not at all, in terms of ones it has for both. */
function composed(op: Op, write: (x: string, w: OnnxWriter, y: string) => void): void {
  rules.set(op, (node, w) => write(w.name(node.inputs[0]), w, out(node, w)));
}
const square = (x: string, w: OnnxWriter) => w.node("Mul", [x, x]);
composed(U.Expm1, (x, w, y) => {
  // Kahan: (u - 1) x / log(u) with u = e^x; u - 1 and log(u) carry the same rounding error, which cancels.
  const one = w.scalar(1), u = w.node("Exp", [x]), minus = w.node("Sub", [u, one]);
  const same = w.node("Equal", [u, one]), whole = w.node("LessOrEqual", [minus, w.scalar(-1)]);
  const huge = w.node("IsInf", [u]), direct = w.node("Or", [whole, huge]);
  const safe = w.node("Where", [w.node("Or", [same, direct]), w.scalar(2), u]);
  const ratio = w.node("Div", [x, w.node("Log", [safe])]);
  w.node("Where", [same, x, w.node("Where", [direct, minus, w.node("Mul", [minus, ratio])])], y);
});
composed(U.Log1p, (x, w, y) => {
  const one = w.scalar(1), u = w.node("Add", [one, x]), minus = w.node("Sub", [u, one]);
  const same = w.node("Equal", [minus, w.scalar(0)]), huge = w.node("IsInf", [u]);
  const ratio = w.node("Div", [x, w.node("Where", [w.node("Or", [same, huge]), one, minus])]);
  const kahan = w.node("Mul", [w.node("Log", [u]), w.node("Where", [huge, one, ratio])]);
  w.node("Where", [same, x, kahan], y);
});
composed(U.Tan, (x, w, y) => void w.node("Div", [w.node("Sin", [x]), w.node("Cos", [x])], y));
composed(
  U.Sinh,
  (x, w, y) =>
    void w.node("Mul", [
      w.scalar(0.5),
      w.node("Sub", [w.node("Exp", [x]), w.node("Exp", [w.node("Neg", [x])])]),
    ], y),
);
composed(
  U.Cosh,
  (x, w, y) =>
    void w.node("Mul", [
      w.scalar(0.5),
      w.node("Add", [w.node("Exp", [x]), w.node("Exp", [w.node("Neg", [x])])]),
    ], y),
);
composed(U.Asinh, (x, w, y) => {
  const a = w.node("Abs", [x]), root = w.node("Sqrt", [w.node("Add", [square(a, w), w.scalar(1)])]);
  w.node("Mul", [w.node("Sign", [x]), w.node("Log", [w.node("Add", [a, root])])], y);
});
composed(
  U.Acosh,
  (x, w, y) =>
    void w.node("Log", [w.node("Add", [x, w.node("Sqrt", [w.node("Sub", [square(x, w), w.scalar(1)])])])], y),
);
composed(U.Atanh, (x, w, y) => {
  const one = w.scalar(1), ratio = w.node("Div", [w.node("Add", [one, x]), w.node("Sub", [one, x])]);
  w.node("Mul", [w.scalar(0.5), w.node("Log", [ratio])], y);
});

/** For |x| up to any size: the reciprocal beyond 1, four halvings of the angle, then the Taylor series. */
function atan(x: string, w: OnnxWriter, y?: string): string {
  const one = w.scalar(1), a = w.node("Abs", [x]), large = w.node("Greater", [a, one]);
  let t = w.node("Where", [large, w.node("Reciprocal", [w.node("Max", [a, one])]), a]);
  for (let i = 0; i < 4; i++) {
    t = w.node("Div", [t, w.node("Add", [one, w.node("Sqrt", [w.node("Add", [one, square(t, w)])])])]);
  }
  const t2 = square(t, w);
  let series = w.scalar(1 / 21);
  for (let n = 19; n > 0; n -= 2) series = w.node("Sub", [w.scalar(1 / n), w.node("Mul", [t2, series])]);
  const angle = w.node("Mul", [w.node("Mul", [t, series]), w.scalar(16)]);
  const whole = w.node("Where", [large, w.node("Sub", [w.scalar(Math.PI / 2), angle]), angle]);
  return w.node("Mul", [w.node("Sign", [x]), whole], y);
}
const asin = (x: string, w: OnnxWriter, y?: string): string => {
  const one = w.scalar(1), root = w.node("Sqrt", [w.node("Sub", [one, square(x, w)])]);
  return w.node("Mul", [w.scalar(2), atan(w.node("Div", [x, w.node("Add", [one, root])]), w)], y);
};
const acos = (x: string, w: OnnxWriter, y: string): string =>
  w.node("Sub", [w.scalar(Math.PI / 2), asin(x, w)], y);
for (const [op, double] of [[U.Atan, atan], [U.Asin, asin], [U.Acos, acos]] as const) {
  composed(op, (x, w, y) => void (w.double ? double(x, w, y) : w.node(op.name, [x], y)));
}
composed(U.Erf, (x, w, y) => {
  if (w.double) {
    throw new Error(
      "Cannot lower tf.erf in float64: ONNX Runtime computes it in float32 only. Use erf of this library, which has all digits",
    );
  }
  w.node("Erf", [x], y);
});

rules.set(B.Mod, (node, w) => {
  const [a, b] = inputs(node, w);
  if (node.outputs[0].dtype === "int32") return void w.node("Mod", [a, b], out(node, w));
  w.node("Sub", [a, w.node("Mul", [b, w.node("Floor", [w.node("Div", [a, b])])])], out(node, w));
});
rules.set(U.Cast, (node, w) => {
  void w.node("Cast", inputs(node, w), out(node, w), [intAttribute("to", w.elementType(node.attrs.to))]);
});
rules.set(U.Clip, (node, w) => {
  // As two operations, so that infinite limits and every element type work alike.
  const { lo, hi } = node.attrs, { dtype } = node.outputs[0];
  w.node(
    "Max",
    [w.node("Min", [w.name(node.inputs[0]), w.scalar(hi, dtype)]), w.scalar(lo, dtype)],
    out(node, w),
  );
});
rules.set(Where, (node, w) => {
  const [c, a, b] = inputs(node, w);
  if (node.outputs[0].dtype !== "bool") return void w.node("Where", [c, a, b], out(node, w));
  w.node("Or", [w.node("And", [c, a]), w.node("And", [w.node("Not", [c]), b])], out(node, w));
});

// --- shape
rules.set(S.Reshape, (node, w) => {
  const shape: readonly Size[] = node.attrs.shape, from = node.inputs[0].shape;
  // 0 copies the length of the same axis, -1 infers one: most symbolic shapes need no more than that.
  let target = shape.map((s, i) => typeof s !== "number" && from[i] === s ? 0 : s);
  const open = target.filter((s) => typeof s !== "number");
  if (open.length === 1) target = target.map((s) => typeof s === "number" ? s : -1);
  w.node("Reshape", [w.name(node.inputs[0]), w.sizes(isStatic(target) ? target : shape)], out(node, w));
});
rules.set(
  S.Expand,
  (node, w) => void w.node("Expand", [w.name(node.inputs[0]), w.sizes(node.attrs.shape)], out(node, w)),
);
rules.set(
  S.Transpose,
  (node, w) =>
    void w.node("Transpose", inputs(node, w), out(node, w), [intsAttribute("perm", node.attrs.perm)]),
);
rules.set(L.Slice, (node, w) => {
  const { begin, size } = node.attrs as { begin: Size[]; size: Size[] }, { shape } = node.inputs[0];
  const axes = shape.map((_, i) => i).filter((i) => begin[i] !== 0 || size[i] !== shape[i]);
  const ends = axes.map((i) => addSizes(begin[i], size[i])).map((e, k) => e === shape[axes[k]] ? END : e);
  w.node(
    "Slice",
    [w.name(node.inputs[0]), w.sizes(axes.map((i) => begin[i])), w.sizes(ends), w.ints(axes)],
    out(node, w),
  );
});
rules.set(L.Stride, (node, w) => {
  const { axis, begin, end, step } = node.attrs;
  const stop = step < 0 && end < 0 ? -END : end;
  w.node(
    "Slice",
    [w.name(node.inputs[0]), w.ints([begin]), w.ints([stop]), w.ints([axis]), w.ints([step])],
    out(node, w),
  );
});
rules.set(
  L.Reverse,
  (node, w) =>
    void w.node("Slice", [
      w.name(node.inputs[0]),
      w.ints([-1]),
      w.ints([-END]),
      w.ints([node.attrs.axis]),
      w.ints([-1]),
    ], out(node, w)),
);
rules.set(L.Pad, (node, w) => {
  const { padding, number } = node.attrs as { padding: [Size, Size][]; number: number },
    { dtype } = node.inputs[0];
  const pads = w.sizes([...padding.map(([b]) => b), ...padding.map(([, a]) => a)]);
  if (dtype !== "bool") {
    return void w.node("Pad", [w.name(node.inputs[0]), pads, w.scalar(number, dtype)], out(node, w));
  }
  const cast = w.node("Cast", inputs(node, w), w.fresh("cast"), [intAttribute("to", ElementType.int32)]);
  w.node("Cast", [w.node("Pad", [cast, pads, w.scalar(number, "int32")])], out(node, w), [
    intAttribute("to", ElementType.bool),
  ]);
});
rules.set(
  L.Concat,
  (node, w) => void w.node("Concat", inputs(node, w), out(node, w), [intAttribute("axis", node.attrs.axis)]),
);
rules.set(
  L.Split,
  (node, w) =>
    void w.node(
      "Split",
      [w.name(node.inputs[0]), w.ints(node.attrs.sizes)],
      node.outputs.map((o) => w.name(o)),
      [intAttribute("axis", node.attrs.axis)],
    ),
);

// --- reductions, products, indices
for (const op of [R.ReduceSum, R.ReduceMax, R.ReduceMin]) {
  rules.set(
    op,
    (node, w) =>
      void w.node(op.name, [w.name(node.inputs[0]), w.ints(node.attrs.axes)], out(node, w), [
        intAttribute("keepdims", 0),
      ]),
  );
}
rules.set(MatMul, (node, w) => {
  const { transposeA: ta, transposeB: tb } = node.attrs;
  const [a, b] = node.inputs;
  if (!ta && !tb) return void w.node("MatMul", inputs(node, w), out(node, w));
  if (a.shape.length === 2 && b.shape.length === 2) {
    return void w.node("Gemm", inputs(node, w), out(node, w), [
      intAttribute("transA", Number(ta)),
      intAttribute("transB", Number(tb)),
    ]);
  }
  // ONNX Runtime fuses the transposition into the product.
  const swapped = (value: Value, swap: boolean) => {
    const rank = value.shape.length, perm = value.shape.map((_, i) => i < rank - 2 ? i : 2 * rank - 3 - i);
    return swap
      ? w.node("Transpose", [w.name(value)], w.fresh("swap"), [intsAttribute("perm", perm)])
      : w.name(value);
  };
  w.node("MatMul", [swapped(a, ta), swapped(b, tb)], out(node, w));
});
rules.set(
  X.Gather,
  (node, w) => void w.node("Gather", inputs(node, w), out(node, w), [intAttribute("axis", node.attrs.axis)]),
);
rules.set(X.ScatterAdd, (node, w) => {
  const { axis, shape } = node.attrs as { axis: number; shape: Size[] };
  const [updates, indices] = node.inputs, k = indices.shape.length;
  // ScatterND adds slabs along the first axes: bring the indexed axis to the front, and back afterwards.
  const rest = shape.map((_, i) => i).filter((i) => i !== axis);
  const forward = [
    ...indices.shape.map((_, i) => axis + i),
    ...updates.shape.map((_, i) => i).filter((i) => i < axis || i >= axis + k),
  ];
  const moved = w.node("Transpose", [w.name(updates)], w.fresh("moved"), [intsAttribute("perm", forward)]);
  const wide = w.node("Cast", [w.name(indices)], w.fresh("wide"), [intAttribute("to", ElementType.int64)]);
  const zeros = w.node("Expand", [
    w.scalar(0, updates.dtype),
    w.sizes([shape[axis], ...rest.map((i) => shape[i])]),
  ]);
  const added = w.node(
    "ScatterND",
    [zeros, w.node("Unsqueeze", [wide, w.ints([-1])]), moved],
    w.fresh("added"),
    [textAttribute("reduction", "add")],
  );
  const order = [axis, ...rest];
  w.node("Transpose", [added], out(node, w), [intsAttribute("perm", shape.map((_, i) => order.indexOf(i)))]);
});
rules.set(X.Iota, (node, w) => {
  const end = w.node("Squeeze", [w.sizes([node.attrs.length]), w.ints([0])]);
  const wide = w.node("Range", [w.ints([0], true), end, w.ints([1], true)]);
  w.node("Cast", [wide], out(node, w), [intAttribute("to", ElementType.int32)]);
});
rules.set(X.ArgMax, (node, w) => {
  const { axis, smallest } = node.attrs;
  const wide = w.node(smallest ? "ArgMin" : "ArgMax", inputs(node, w), w.fresh("arg"), [
    intAttribute("axis", axis),
    intAttribute("keepdims", 0),
  ]);
  w.node("Cast", [wide], out(node, w), [intAttribute("to", ElementType.int32)]);
});
rules.set(X.CumSum, (node, w) => {
  const { axis, exclusive, reverse } = node.attrs;
  w.node("CumSum", [w.name(node.inputs[0]), w.ints([axis], true)], out(node, w), [
    intAttribute("exclusive", Number(exclusive)),
    intAttribute("reverse", Number(reverse)),
  ]);
});
rules.set(X.TopK, (node, w) => {
  const { count, smallest } = node.attrs;
  const names = [w.fresh("top"), w.fresh("places")];
  w.node("TopK", [w.name(node.inputs[0]), w.ints([count])], names, [
    intAttribute("axis", -1),
    intAttribute("largest", Number(!smallest)),
  ]);
  w.node("Cast", [names[1]], out(node, w), [intAttribute("to", ElementType.int32)]);
});

// --- loops
rules.set(Scan, (node: Node<ScanAttrs>, w) => {
  const { carries, reverse } = node.attrs, body = node.body!;
  const scanned = node.inputs.length - carries, collected = node.outputs.length - carries;
  const attributes = [
    w.body(body, body.inputs.map((i) => `v${i.id}`)),
    intAttribute("num_scan_inputs", scanned),
  ];
  if (reverse) {
    attributes.push(intsAttribute("scan_input_directions", Array(scanned).fill(1)));
    if (collected) attributes.push(intsAttribute("scan_output_directions", Array(collected).fill(1)));
  }
  w.node("Scan", inputs(node, w), node.outputs.map((o) => w.name(o)), attributes);
});
