import type { DType, Node, Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { fillOf } from "../../ops/constant.ts";
import * as U from "../../ops/unary.ts";
import { Where } from "../../ops/where.ts";
import { exponential, hyperbolicTangent, type Name } from "./exponential.ts";
import { logarithm, sigmoid, softplus } from "./logarithm.ts";

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

/** The element-wise operations, of operands of the types that they take. */
export const expressions: ReadonlyMap<Op, Expression> = new Map<Op, Expression>([
  numeric(B.Add, ([a, b]) => `(${a} + ${b})`, ([a, b]) => `(${a} + ${b} | 0)`),
  numeric(B.Sub, ([a, b]) => `(${a} - ${b})`, ([a, b]) => `(${a} - ${b} | 0)`),
  numeric(B.Mul, ([a, b]) => `(${a} * ${b})`, ([a, b]) => `Math.imul(${a}, ${b})`),
  // Integers are divided as tfjs divides them: towards minus infinity.
  numeric(B.Div, ([a, b]) => `(${a} / ${b})`, ([a, b]) => `(Math.floor(${a} / ${b}) | 0)`),
  numeric(B.Pow, power, ([a, b]) => `(Math.pow(${a}, ${b}) | 0)`),
  [B.Max, ([a, b]) => `Math.max(${a}, ${b})`],
  [B.Min, ([a, b]) => `Math.min(${a}, ${b})`],
  numeric(B.Mod, ([a, b]) => `mod(${a}, ${b})`, ([a, b]) => `(${a} - ${b} * Math.floor(${a} / ${b}) | 0)`),
  [B.ItakuraSaito, ([a, b]) => `divergence(${a}, ${b})`],
  [B.Greater, ([a, b]) => `(${a} > ${b})`],
  [B.Less, ([a, b]) => `(${a} < ${b})`],
  [B.GreaterOrEqual, ([a, b]) => `(${a} >= ${b})`],
  [B.LessOrEqual, ([a, b]) => `(${a} <= ${b})`],
  [B.Equal, ([a, b]) => `(${a} === ${b})`],
  [B.And, ([a, b]) => `(${a} && ${b})`],
  [B.Or, ([a, b]) => `(${a} || ${b})`],
  [U.Not, ([x]) => `!${x}`],
  numeric(U.Neg, ([x]) => `(-${x})`, ([x]) => `(-${x} | 0)`),
  numeric(U.Abs, ([x]) => `Math.abs(${x})`, ([x]) => `(Math.abs(${x}) | 0)`),
  [U.Reciprocal, ([x]) => `(1 / ${x})`],
  [U.Sigmoid, ([x], _, name) => sigmoid(x, name)],
  [U.Softplus, ([x], _, name) => softplus(x, name)],
  [U.Log, ([x], _, name) => logarithm(x, name)],
  [U.Relu, ([x]) => `Math.max(${x}, 0)`],
  [U.Round, ([x]) => `round(${x})`],
  [U.IsNaN, ([x]) => `(${x} !== ${x})`],
  [U.IsInf, ([x]) => `(Math.abs(${x}) === Infinity)`],
  [U.Exp, ([x], _, name) => exponential(x, name)],
  [U.Tanh, ([x], _, name) => hyperbolicTangent(x, name)],
  ...[
    ...[U.Expm1, U.Log1p, U.Sqrt, U.Sign, U.Floor, U.Ceil],
    ...[U.Sin, U.Cos, U.Tan, U.Asin, U.Acos, U.Atan],
    ...[U.Sinh, U.Cosh, U.Asinh, U.Acosh, U.Atanh],
  ].map((op): [Op, Expression] => [op, ([x]) => `Math.${op.name.toLowerCase()}(${x})`]),
  ...[U.Lgamma, U.Digamma, U.Erf, U.Erfc].map((op): [Op, Expression] => [
    op,
    ([x]) => `special.${op.name.toLowerCase()}(${x})`,
  ]),
  [U.Identity, ([x]) => x],
  [U.StopGradient, ([x]) => x],
  [U.Cast, ([x], n) => converted(x, n.inputs[0].dtype, n.attrs.to)],
  [U.Clip, ([x], n) => `Math.min(Math.max(${x}, ${literal(n.attrs.lo)}), ${literal(n.attrs.hi)})`],
  [Where, ([condition, a, b]) => `(${condition} ? ${a} : ${b})`],
]);

function numeric(op: Op, float: Expression, int: Expression): [Op, Expression] {
  return [op, (args, node, name) => (node.inputs[0].dtype === "float" ? float : int)(args, node, name)];
}

/** Small whole powers are products: Math.pow costs as much as twenty of them. */
function power([a, b]: readonly string[], node: Node): string {
  const exponent = fillOf(node.inputs[1]);
  if (exponent === 3) return `(${a} * ${a} * ${a})`;
  if (exponent === -1) return `(1 / ${a})`;
  return `Math.pow(${a}, ${b})`;
}
