import type { DType, Node, Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { fillOf } from "../../ops/constant.ts";
import * as U from "../../ops/unary.ts";
import { Where } from "../../ops/where.ts";
import { exponential, hyperbolicTangent, type Name } from "./exponential.ts";

/** Writes one element of a result, as a JavaScript number or boolean. */
type Expression = (args: readonly string[], node: Node, name: Name) => string;

/** Returns a number as source text. */
export function literal(number: number, dtype: DType = "float"): string {
  if (dtype === "bool") return String(number !== 0);
  if (Object.is(number, -0)) return "(-0)";
  return number < 0 ? `(${number})` : String(number);
}

/** `text` of one element type as another. */
export function converted(text: string, from: DType, to: DType): string {
  if (from === to) return text;
  if (to === "bool") return `(${text} !== 0)`;
  if (from === "bool") return `(${text} ? 1 : 0)`;
  return to === "int32" ? `(${text} | 0)` : text;
}

/** The element-wise operations. */
export const expressions: ReadonlyMap<Op, Expression> = new Map<Op, Expression>([
  numeric(B.Add, ([a, b]) => `(${a} + ${b})`, ([a, b]) => `(${a} + ${b} | 0)`),
  numeric(B.Sub, ([a, b]) => `(${a} - ${b})`, ([a, b]) => `(${a} - ${b} | 0)`),
  numeric(B.Mul, ([a, b]) => `(${a} * ${b})`, ([a, b]) => `Math.imul(${a}, ${b})`),
  // Integers are divided as tfjs divides them: towards minus infinity.
  numeric(B.Div, ([a, b]) => `(${a} / ${b})`, ([a, b]) => `(Math.floor(${a} / ${b}) | 0)`),
  numeric(B.Pow, power, ([a, b]) => `(Math.pow(${a}, ${b}) | 0)`),
  numeric(B.Max, ([a, b]) => `Math.max(${a}, ${b})`),
  numeric(B.Min, ([a, b]) => `Math.min(${a}, ${b})`),
  numeric(
    B.Mod,
    ([a, b]) => `mod(${a}, ${b})`,
    ([a, b]) => `(${a} - ${b} * Math.floor(${a} / ${b}) | 0)`,
  ),
  compare(B.Greater, ">"),
  compare(B.Less, "<"),
  compare(B.GreaterOrEqual, ">="),
  compare(B.LessOrEqual, "<="),
  compare(B.Equal, "==="),
  [B.And, (x, n) => `(${as(x, n, 0, "bool")} && ${as(x, n, 1, "bool")})`],
  [B.Or, (x, n) => `(${as(x, n, 0, "bool")} || ${as(x, n, 1, "bool")})`],
  [U.Not, (x, n) => `!${as(x, n, 0, "bool")}`],
  numeric(U.Neg, ([x]) => `(-${x})`, ([x]) => `(-${x} | 0)`),
  numeric(U.Reciprocal, ([x]) => `(1 / ${x})`),
  numeric(U.Sigmoid, ([x], _, name) => `(1 / (1 + ${exponential(`-${x}`, name)}))`),
  numeric(
    U.Softplus,
    ([x], _, name) => `(Math.max(${x}, 0) + Math.log1p(${exponential(`-Math.abs(${x})`, name)}))`,
  ),
  numeric(U.Relu, ([x]) => `Math.max(${x}, 0)`),
  numeric(U.Round, ([x]) => `round(${x})`, ([x]) => x),
  numeric(U.Floor, ([x]) => `Math.floor(${x})`, ([x]) => x),
  numeric(U.Ceil, ([x]) => `Math.ceil(${x})`, ([x]) => x),
  numeric(U.IsNaN, ([x]) => `(${x} !== ${x})`),
  numeric(U.IsInf, ([x]) => `(Math.abs(${x}) === Infinity)`),
  numeric(U.Exp, ([x], _, name) => exponential(x, name)),
  numeric(U.Tanh, ([x], _, name) => hyperbolicTangent(x, name)),
  ...[
    ...[U.Log, U.Expm1, U.Log1p, U.Sqrt, U.Abs, U.Sign],
    ...[U.Sin, U.Cos, U.Tan, U.Asin, U.Acos, U.Atan],
    ...[U.Sinh, U.Cosh, U.Asinh, U.Acosh, U.Atanh],
  ].map((op) => numeric(op, ([x]) => `Math.${op.name.toLowerCase()}(${x})`)),
  [U.Identity, ([x]) => x],
  [U.StopGradient, ([x]) => x],
  [U.Cast, ([x], n) => converted(x, n.inputs[0].dtype, n.attrs.to)],
  [U.Clip, (x, n) => {
    const { lo, hi } = n.attrs, number = as(x, n, 0, "float");
    return `Math.min(Math.max(${number}, ${literal(lo)}), ${literal(hi)})`;
  }],
  [Where, (x, n) => `(${as(x, n, 0, "bool")} ? ${x[1]} : ${x[2]})`],
]);

function as(args: readonly string[], node: Node, i: number, to: "float" | "bool"): string {
  const { dtype } = node.inputs[i];
  return to === "bool" || dtype === "bool" ? converted(args[i], dtype, to) : args[i];
}

function numeric(op: Op, float: Expression, int: Expression = float): [Op, Expression] {
  return [op, (args, node, name) => {
    const numbers = args.map((_, i) => as(args, node, i, "float"));
    const text = (node.inputs.every((v) => v.dtype !== "float") ? int : float)(numbers, node, name);
    return node.outputs[0].dtype === "bool" && node.inputs[0].dtype === "bool" && op !== U.IsNaN &&
        op !== U.IsInf
      ? `(${text} !== 0)`
      : text;
  }];
}

function compare(op: Op, sign: string): [Op, Expression] {
  return [op, (args, node) => `(${as(args, node, 0, "float")} ${sign} ${as(args, node, 1, "float")})`];
}

/** Small whole powers are products: Math.pow costs as much as twenty of them. */
function power([a, b]: readonly string[], node: Node): string {
  const exponent = fillOf(node.inputs[1]);
  if (exponent === 3) return `(${a} * ${a} * ${a})`;
  if (exponent === -1) return `(1 / ${a})`;
  return `Math.pow(${a}, ${b})`;
}
