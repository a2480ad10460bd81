import { roundToEven } from "./numbers.ts";
import { checkTypes, type DType, emitOne, emitUnique, type Op, type Value } from "../ir/graph.ts";
import { fill, fillOf, held, numbers, scalar } from "./constant.ts";
import * as special from "./special.ts";

/** An element-wise operation of one value. */
export interface UnaryOp extends Op<undefined> {
  /** Computes it of one number. */
  fold(x: number): number;
  /** The element types that it takes. */
  readonly takes: readonly DType[];
  /** Tests give booleans. */
  readonly boolean?: boolean;
}

/** All of them. */
export const unaryOps: UnaryOp[] = [];

function define(
  name: string,
  fold: (x: number) => number,
  options: Partial<UnaryOp> = {},
): UnaryOp {
  const op: UnaryOp = {
    name,
    fold,
    takes: ["float"],
    ...options,
    lift: (_node, [x]) => [unary(op, x.value)],
  };
  unaryOps.push(op);
  return op;
}

/** Operations that are exact for whole numbers too. */
const exact = { takes: numbers };
export const Neg: UnaryOp = define("Neg", (x) => -x, exact);
export const Exp: UnaryOp = define("Exp", Math.exp);
export const Log: UnaryOp = define("Log", Math.log);
/** e^x - 1, accurate near 0. */
export const Expm1: UnaryOp = define("Expm1", Math.expm1);
/** log(1 + x), accurate near 0. */
export const Log1p: UnaryOp = define("Log1p", Math.log1p);
export const Sqrt: UnaryOp = define("Sqrt", Math.sqrt);
export const Abs: UnaryOp = define("Abs", Math.abs, exact);
/** -1, 0 or 1. */
export const Sign: UnaryOp = define("Sign", Math.sign, exact);
export const Reciprocal: UnaryOp = define("Reciprocal", (x) => 1 / x);
export const Sin: UnaryOp = define("Sin", Math.sin);
export const Cos: UnaryOp = define("Cos", Math.cos);
export const Tan: UnaryOp = define("Tan", Math.tan);
export const Asin: UnaryOp = define("Asin", Math.asin);
export const Acos: UnaryOp = define("Acos", Math.acos);
export const Atan: UnaryOp = define("Atan", Math.atan);
export const Sinh: UnaryOp = define("Sinh", Math.sinh);
export const Cosh: UnaryOp = define("Cosh", Math.cosh);
export const Tanh: UnaryOp = define("Tanh", Math.tanh);
export const Asinh: UnaryOp = define("Asinh", Math.asinh);
export const Acosh: UnaryOp = define("Acosh", Math.acosh);
export const Atanh: UnaryOp = define("Atanh", Math.atanh);
/** 1 / (1 + e^-x) */
export const Sigmoid: UnaryOp = define("Sigmoid", (x) => 1 / (1 + Math.exp(-x)));
/** log(1 + e^x) */
export const Softplus: UnaryOp = define(
  "Softplus",
  (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
);
/** log |gamma(x)|. */
export const Lgamma: UnaryOp = define("Lgamma", special.lgamma);
/** The derivative of log gamma(x). */
export const Digamma: UnaryOp = define("Digamma", special.digamma);
/** The error function. */
export const Erf: UnaryOp = define("Erf", special.erf);
/** 1 - erf(x). */
export const Erfc: UnaryOp = define("Erfc", special.erfc);
/** max(x, 0). */
export const Relu: UnaryOp = define("Relu", (x) => x > 0 ? x : x === x ? 0 : x);
/** The largest integer not above x. */
export const Floor: UnaryOp = define("Floor", Math.floor);
/** The smallest integer not below x. */
export const Ceil: UnaryOp = define("Ceil", Math.ceil);
/** The nearest integer, the even one at a tie. */
export const Round: UnaryOp = define("Round", roundToEven);
/** The test for NaN. */
export const IsNaN: UnaryOp = define("IsNaN", (x) => Number(x !== x), { boolean: true });
/** The test for plus or minus infinity. */
export const IsInf: UnaryOp = define("IsInf", (x) => Number(Math.abs(x) === Infinity), { boolean: true });
/** Logical negation. */
export const Not: UnaryOp = define("Not", (x) => Number(x === 0), { boolean: true, takes: ["bool"] });

/** Returns the opposite of a product of floats by a number, as one product. */
function oppositeProduct({ node, shape, dtype }: Value): Value | undefined {
  const { op, inputs, attrs } = node!,
    at = inputs.findIndex((x) => x.shape.length === 0 && fillOf(x) !== undefined);
  if (dtype !== "float" || at < 0) return undefined;
  return emitOne(op, inputs.with(at, scalar(-fillOf(inputs[at])!)), attrs, shape, dtype);
}

/** Records a unary operation; of a constant it is computed at once. */
export function unary(op: UnaryOp, x: Value): Value {
  checkTypes(op, [x]);
  const number = fillOf(x);
  if (number !== undefined) {
    return fill(x.shape, held(op.fold(number), x.dtype), op.boolean ? "bool" : x.dtype);
  }
  if ((op === Neg || op === Not) && x.node?.op === op) return x.node.inputs[0];
  if (op === Log && x.node?.op === Exp) return x.node.inputs[0];
  const opposite = op === Neg && x.node?.op.name === "Mul" ? oppositeProduct(x) : undefined;
  if (opposite) return opposite;
  return emitOne(op, [x], undefined, x.shape, op.boolean ? "bool" : x.dtype);
}

export const neg = (x: Value): Value => unary(Neg, x);
export const exp = (x: Value): Value => unary(Exp, x);
export const log = (x: Value): Value => unary(Log, x);

/**
 * Conversion to another element type. To int32 it cuts fractions off and keeps the lowest 32 bits,
 * as JavaScript's typed arrays do: NaN and infinities become 0, and 3e9 becomes 3e9 - 2^32. To bool
 * it is "not zero", which NaN is.
 */
export const Cast: Op<{ to: DType }> = {
  name: "Cast",
  lift: ({ attrs }, [x]) => [cast(x.value, attrs.to)],
};

/** Converts `value` to element type `to`. */
export function cast(value: Value, to: DType): Value {
  if (value.dtype === to) return value;
  const number = fillOf(value);
  if (number !== undefined) return fill(value.shape, held(number, to), to);
  // 0 and 1 are the same in every type.
  if (value.node?.op === Cast && value.node.inputs[0].dtype === "bool") return cast(value.node.inputs[0], to);
  return emitOne(Cast, [value], { to }, value.shape, to);
}

/** Limits to an interval. */
export const Clip: Op<{ lo: number; hi: number }> = {
  name: "Clip",
  takes: numbers,
  lift: ({ attrs }, [x]) => [clip(x.value, attrs.lo, attrs.hi)],
};

/** Limits `value` to [lo, hi]. */
export function clip(value: Value, lo: number, hi: number): Value {
  const number = fillOf(value);
  if (number !== undefined) return fill(value.shape, Math.min(Math.max(number, lo), hi), value.dtype);
  return emitOne(Clip, [value], { lo, hi }, value.shape, value.dtype);
}

/**
 * The same value under another name. It is never merged with another node: derivatives with respect
 * to it are derivatives with respect to this use alone.
 */
export const Identity: Op<undefined> = {
  name: "Identity",
  lift: (_node, [x]) => [x.value],
};

/** Returns a fresh value equal to `value`. */
export function identity(value: Value): Value {
  return emitUnique(Identity, [value], undefined, [[value.shape, value.dtype]]).outputs[0];
}

/** The same numbers, through which no derivative flows. */
export const StopGradient: Op<undefined> = {
  name: "StopGradient",
  lift: (_node, [x]) => [stopGradient(x.value)],
};

/** `value`, as a constant for differentiation. */
export function stopGradient(value: Value): Value {
  return value.constant ? value : emitOne(StopGradient, [value], undefined, value.shape, value.dtype);
}
