import { op, type Operand } from "../../../system/wasm/mod.ts";
import type { Node, Op } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { fillOf } from "../../ops/constant.ts";
import { type Arithmetic, itakuraSaito } from "../../ops/itakura_saito.ts";
import * as U from "../../ops/unary.ts";
import { Where } from "../../ops/where.ts";
import { byLane, type CalledName } from "./calls.ts";
import type { Lanes } from "./lanes.ts";
import { divergence, functions } from "./math/mod.ts";

/** Writes one vector of a result; booleans are masks, all bits of a lane set or none. */
type Operation = (l: Lanes, args: readonly Operand[], node: Node) => Operand;

const float = (name: Parameters<Lanes["of"]>[0]): Operation => (l, args) => l.of(name, ...args);
const called = (name: CalledName): Operation => (l, args) => byLane(l, name, args);
const whole = (l: Lanes, x: Operand) => l.of("Ne", x, l.number(0));

/** The element-wise operations, of floats and booleans. */
const operations: ReadonlyMap<Op, Operation> = new Map<Op, Operation>([
  ...(["Add", "Sub", "Mul", "Div"] as const).map((n): [Op, Operation] => [B[n], float(n)]),
  ...(["Max", "Min"] as const).map((n): [Op, Operation] => [B[n], extreme(n)]),
  [B.Greater, float("Gt")],
  [B.Less, float("Lt")],
  [B.GreaterOrEqual, float("Ge")],
  [B.LessOrEqual, float("Le")],
  [B.Equal, float("Eq")],
  [B.And, (l, [a, b]) => l.and(a, b)],
  [B.Or, (l, [a, b]) => l.or(a, b)],
  [B.Mod, called("remainder")],
  [B.ItakuraSaito, (l, [x, y]) => l.isDouble ? itakuraSaito(x, y, arithmetic(l)) : divergence(l, x, y)],
  [B.Pow, power],
  [U.Not, (l, [x]) => l.not(x)],
  [U.Neg, mirrored("Neg")],
  [U.Abs, mirrored("Abs")],
  ...(["Sqrt", "Floor", "Ceil"] as const).map((n): [Op, Operation] => [U[n], float(n)]),
  [U.Round, float("Nearest")],
  [U.Reciprocal, (l, [x]) => l.div(l.number(1), x)],
  [U.Relu, (l, [x]) => limited(l, "Max", x, 0)],
  [U.IsNaN, (l, [x]) => l.of("Ne", x, x)],
  [U.IsInf, (l, [x]) => l.of("Eq", l.of("Abs", x), l.number(Infinity))],
  [U.Sign, sign],
  [U.Exp, (l, [x]) => functions.exp(l, x)],
  [U.Expm1, (l, [x]) => functions.expm1(l, x)],
  [U.Log, (l, [x]) => functions.log(l, x)],
  [U.Log1p, (l, [x]) => functions.log1p(l, x)],
  [U.Tanh, (l, [x]) => functions.tanh(l, x)],
  [U.Sigmoid, (l, [x]) => functions.sigmoid(l, x)],
  [U.Softplus, (l, [x]) => functions.softplus(l, x)],
  [U.Sin, (l, [x]) => functions.sin(l, x)],
  [U.Cos, (l, [x]) => functions.cos(l, x)],
  [U.Tan, (l, [x]) => functions.tan(l, x)],
  [U.Lgamma, (l, [x]) => functions.lgamma(l, x)],
  [U.Digamma, (l, [x]) => functions.digamma(l, x)],
  [U.Erf, (l, [x]) => functions.erf(l, x)],
  [U.Erfc, (l, [x]) => functions.erfc(l, x)],
  ...(["Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh"] as const).map(
    (n): [Op, Operation] => [U[n], called(n.toLowerCase() as CalledName)],
  ),
  [U.Atanh, called("atanh")],
  [U.Identity, (_, [x]) => x],
  [U.StopGradient, (_, [x]) => x],
  [U.Cast, cast],
  [U.Clip, (l, [x], { attrs }) => limited(l, "Min", limited(l, "Max", x, attrs.lo), attrs.hi)],
  [Where, chosen],
]);

/** Returns an operation on the sign alone. */
function mirrored(name: "Neg" | "Abs"): Operation {
  return (l, [x]) => {
    const result = l.of(name, x);
    l.origins.set(result, l.origins.get(x) ?? x);
    return result;
  };
}

function arithmetic(l: Lanes): Arithmetic<Operand> {
  return {
    number: (value) => l.number(value),
    add: (a, b) => l.add(a, b),
    sub: (a, b) => l.sub(a, b),
    mul: (a, b) => l.mul(a, b),
    div: (a, b) => l.div(a, b),
    log: (x) => functions.log(l, x),
    abs: (x) => l.of("Abs", x),
    choose: (x, y, a, b) => l.select(l.of("Le", x, y), a, b),
  };
}

/**
 * Returns the greater, or the smaller, of each number and a limit: in one instruction where its
 * rules for NaN and the signs of 0 are those of JavaScript, which take eight.
 */
function limited(l: Lanes, name: "Max" | "Min", x: Operand, limit: number): Operand {
  if (name === "Min" && Object.is(limit, -0) || Number.isNaN(limit)) return l.of(name, x, l.number(limit));
  const result = l.of(`P${name === "Max" ? "max" : "min"}`, x, l.number(limit));
  // -0 becomes 0.
  return name === "Max" && Object.is(limit, 0) ? l.add(result, l.number(0)) : result;
}

function extreme(name: "Max" | "Min"): Operation {
  return (l, [x, y], { inputs }) => {
    const [first, second] = inputs.map(fillOf);
    if (second !== undefined) return limited(l, name, x, second);
    return first === undefined ? l.of(name, x, y) : limited(l, name, y, first);
  };
}

function sign(l: Lanes, [x]: readonly Operand[]): Operand {
  const zero = l.number(0), below = l.select(l.of("Lt", x, zero), l.number(-1), x);
  return l.select(l.of("Gt", x, zero), l.number(1), below);
}

/** Returns a choice: of 0 or NaN and another number by its bits alone, a third of the work. */
function chosen(l: Lanes, [condition, a, b]: readonly Operand[], { inputs }: Node): Operand {
  const [, first, second] = inputs.map(fillOf);
  if (Object.is(first, 0)) return l.f.each(op.andnot, b, condition);
  if (Number.isNaN(first)) return l.or(b, condition);
  return Object.is(second, 0) ? l.and(a, condition) : l.select(condition, a, b);
}

function power(l: Lanes, args: readonly Operand[], node: Node): Operand {
  const [x] = args, exponent = fillOf(node.inputs[1]);
  if (exponent === 3) return l.mul(l.mul(x, x), x);
  if (exponent === -1) return l.div(l.number(1), x);
  return byLane(l, "pow", args);
}

function cast(l: Lanes, [x]: readonly Operand[], { inputs, attrs }: Node): Operand {
  if (inputs[0].dtype === attrs.to) return x;
  if (attrs.to === "bool") return whole(l, x);
  // Whole numbers are read as floats.
  return inputs[0].dtype === "bool" ? l.and(x, l.number(1)) : x;
}

const numeric = new Set<Op>([B.Add, B.Equal]);

/**
 * Returns whether a node is an operation of floats and booleans that is written here, or takes
 * whole numbers for floats, as which they are read.
 */
export function isVectorOperation({ op, inputs, outputs }: Node): boolean {
  return operations.has(op) && outputs.every(({ dtype }) => dtype !== "int32") &&
    (op === U.Cast || inputs.every(({ dtype }) => dtype !== "int32")) &&
    !(numeric.has(op) && inputs[0].dtype === "bool");
}

/** Writes the vector of a node from those of its operands. */
export function writeOperation(l: Lanes, node: Node, args: readonly Operand[]): Operand {
  return operations.get(node.op)!(l, args, node);
}

/** Returns whether a node has the very numbers of JavaScript, rounded to the same precision. */
export function isExact({ op }: Node): boolean {
  return op === B.Mod || !slow.has(op);
}

/** The operations that take as long as tens of others. */
export const slow: ReadonlySet<Op> = new Set<Op>([
  ...[B.Pow, B.ItakuraSaito, B.Mod, U.Exp, U.Expm1, U.Log, U.Log1p, U.Tanh, U.Sigmoid, U.Softplus],
  ...[U.Sin, U.Cos, U.Tan, U.Asin, U.Acos, U.Atan, U.Sinh, U.Cosh, U.Asinh, U.Acosh, U.Atanh],
  ...[U.Lgamma, U.Digamma, U.Erf, U.Erfc],
]);
