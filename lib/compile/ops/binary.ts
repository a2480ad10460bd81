import { remainder } from "./numbers.ts";
import { checkTypes, type DType, emitOne, type Op, type Value } from "../ir/graph.ts";
import { broadcast, sameShape, type Sizes } from "../ir/size.ts";
import { fill, fillOf, held, numbers, scalar } from "./constant.ts";
import { divergence } from "./itakura_saito.ts";
import { Expand, expand, raiseRank } from "./shape.ts";
import { Neg, neg, Not } from "./unary.ts";

/** An element-wise operation of two values of one type that broadcast against each other. */
export interface BinaryOp extends Op<undefined> {
  /** Computes it of two numbers. */
  fold(a: number, b: number): number;
  /** The element types that it takes. */
  readonly takes: readonly DType[];
  /** Comparisons give booleans. */
  readonly boolean?: boolean;
}

/** All of them. */
export const binaryOps: BinaryOp[] = [];

function define(
  name: string,
  fold: (a: number, b: number) => number,
  options: Partial<BinaryOp> = {},
): BinaryOp {
  const op: BinaryOp = {
    name,
    fold,
    takes: numbers,
    ...options,
    lift: ({ outputs: [out] }, inputs) => {
      const [a, b] = inputs.map((x) => raiseRank(x, out.shape.length));
      return [binary(op, a, b)];
    },
  };
  binaryOps.push(op);
  return op;
}

const boolean = true, commutes = true, logical = { boolean, commutes, takes: ["bool"] } as const;
export const Add: BinaryOp = define("Add", (a, b) => a + b, { commutes });
export const Sub: BinaryOp = define("Sub", (a, b) => a - b);
export const Mul: BinaryOp = define("Mul", (a, b) => a * b, { commutes });
/** The quotient: of whole numbers the largest not above it, and 0 where the divisor is 0. */
export const Div: BinaryOp = define("Div", (a, b) => a / b);
/** The power; what whole numbers cannot hold of it is held as `Cast` does. */
export const Pow: BinaryOp = define("Pow", Math.pow);
export const Max: BinaryOp = define("Max", Math.max, { commutes });
export const Min: BinaryOp = define("Min", Math.min, { commutes });
/**
 * The remainder with the sign of the divisor, as in Python; of whole numbers 0 where the divisor is
 * 0.
 */
export const Mod: BinaryOp = define("Mod", remainder);
export const Greater: BinaryOp = define("Greater", (a, b) => Number(a > b), { boolean });
export const Less: BinaryOp = define("Less", (a, b) => Number(a < b), { boolean });
export const GreaterOrEqual: BinaryOp = define("GreaterOrEqual", (a, b) => Number(a >= b), { boolean });
export const LessOrEqual: BinaryOp = define("LessOrEqual", (a, b) => Number(a <= b), { boolean });
export const Equal: BinaryOp = define("Equal", (a, b) => Number(a === b), { boolean, commutes });
/** x / y - 1 - log(x / y) of positive floats, with all digits where they are close. */
export const ItakuraSaito: BinaryOp = define("ItakuraSaito", divergence, { takes: ["float"] });
/** Both of two booleans. */
export const And: BinaryOp = define("And", (a, b) => Number(a !== 0 && b !== 0), logical);
/** Either of two booleans. */
export const Or: BinaryOp = define("Or", (a, b) => Number(a !== 0 || b !== 0), logical);

/** The names in tfjs of those element-wise operations that it names otherwise. */
export const tfjsNames: Readonly<Record<string, string>> = {
  Max: "Maximum",
  Min: "Minimum",
  GreaterOrEqual: "GreaterEqual",
  LessOrEqual: "LessEqual",
  And: "LogicalAnd",
  Or: "LogicalOr",
  Not: "LogicalNot",
};

/** Returns whether nothing changes where the number is added. */
const vanishes = (number: number | undefined, dtype: DType): boolean =>
  dtype === "float" ? Object.is(number, -0) : number === 0;

/** Returns whether a number is a power of two whose reciprocal is exact, in float32 too. */
function isPowerOfTwo(number: number): boolean {
  const exponent = Math.log2(Math.abs(number));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 126;
}

/** `factor` times a product by a number, as one product where that rounds alike. */
function scaled(product: Value, factor: number): Value | undefined {
  if (product.node?.op !== Mul || product.dtype !== "float") return undefined;
  const [a, b] = product.node.inputs, x = fillOf(a), known = x ?? fillOf(b);
  if (known === undefined || !isPowerOfTwo(known) && !isPowerOfTwo(factor)) return undefined;
  const whole = known * factor, size = Math.abs(whole);
  // Within the numbers that float32 has with all digits.
  if (size < 2 ** -126 || size >= 2 ** 127) return undefined;
  return binary(Mul, x === undefined ? a : b, scalar(whole));
}

/** `And` or `Or` of what is known: a constant, the same twice, or a value and its opposite. */
function knownLogic(op: BinaryOp, a: Value, b: Value, shape: Sizes): Value | undefined {
  const x = fillOf(a), y = fillOf(b), decides = op === Or ? 1 : 0;
  if (x === decides || y === decides) return fill(shape, decides, "bool");
  if (x !== undefined) return expand(b, shape);
  if (y !== undefined || a === b) return expand(a, shape);
  const opposite = a.node?.op === Not ? a.node.inputs[0] === b : b.node?.op === Not && b.node.inputs[0] === a;
  return opposite ? fill(shape, decides, "bool") : undefined;
}

/** Records an element-wise operation, or finds what is simpler and equal. */
export function binary(op: BinaryOp, a: Value, b: Value): Value {
  checkTypes(op, [a, b]);
  const shape = broadcast(a.shape, b.shape);
  const dtype = op.boolean ? "bool" : a.dtype;
  // Broadcasting is part of the operation: an explicit one before it is not needed.
  if (a.node?.op === Expand && sameShape(broadcast(a.node.inputs[0].shape, b.shape), shape)) {
    return binary(op, a.node.inputs[0], b);
  }
  if (b.node?.op === Expand && sameShape(broadcast(a.shape, b.node.inputs[0].shape), shape)) {
    return binary(op, a, b.node.inputs[0]);
  }
  const x = fillOf(a), y = fillOf(b);
  if (x !== undefined && y !== undefined) {
    const exact = op.fold(x, y), result = op === Div && dtype === "int32" ? Math.floor(exact) : exact;
    return fill(shape, held(result, dtype), dtype);
  }
  if (x !== undefined && a.shape.length > 0 && sameShape(b.shape, shape)) {
    return binary(op, scalar(x, a.dtype), b);
  }
  if (y !== undefined && b.shape.length > 0 && sameShape(a.shape, shape)) {
    return binary(op, a, scalar(y, b.dtype));
  }
  if (op === Mul) {
    if (x === 1) return expand(b, shape);
    if (y === 1) return expand(a, shape);
    // Not 0 for a factor of 0: NaN and infinities times 0 are NaN.
    if (x === -1) return neg(expand(b, shape));
    if (y === -1) return neg(expand(a, shape));
    // Signs move out of products, and into numbers.
    if (b.node?.op === Neg) {
      return x === undefined ? neg(mul(a, b.node.inputs[0])) : mul(scalar(-x, dtype), b.node.inputs[0]);
    }
    if (a.node?.op === Neg) {
      return y === undefined ? neg(mul(a.node.inputs[0], b)) : mul(a.node.inputs[0], scalar(-y, dtype));
    }
    const merged = x !== undefined ? scaled(b, x) : y !== undefined ? scaled(a, y) : undefined;
    if (merged) return expand(merged, shape);
  }
  if (op === And || op === Or) {
    const known = knownLogic(op, a, b, shape);
    if (known) return known;
  }
  if (op === Add) {
    if (a === b && dtype === "float") return binary(Mul, a, scalar(2));
    if (vanishes(x, dtype)) return expand(b, shape);
    if (vanishes(y, dtype)) return expand(a, shape);
    if (b.node?.op === Neg) return binary(Sub, a, b.node.inputs[0]);
    if (a.node?.op === Neg) return binary(Sub, b, a.node.inputs[0]);
  }
  if (op === Sub) {
    if (vanishes(y === undefined ? y : -y, dtype)) return expand(a, shape);
    if (b.node?.op === Neg) return binary(Add, a, b.node.inputs[0]);
  }
  if (op === Div && y === 1) return expand(a, shape);
  if (op === Div && dtype === "float") {
    if (a.node?.op === Neg) return neg(div(a.node.inputs[0], b));
    if (b.node?.op === Neg) return neg(div(a, b.node.inputs[0]));
  }
  // A division by a constant is a product: one rounding more, several times faster inside
  // vectorised loops.
  if (op === Div && y !== undefined && a.dtype === "float" && isPowerOfTwo(y)) {
    return binary(Mul, a, scalar(1 / y));
  }
  if (op === Pow && y === 2) return binary(Mul, a, a);
  if (op === Pow && y === 1) return expand(a, shape);
  if (op === Pow && y === 0) return fill(shape, 1, dtype);
  if (op.commutes && b.id < a.id) [a, b] = [b, a];
  return emitOne(op, [a, b], undefined, shape, dtype);
}

export const add = (a: Value, b: Value): Value => binary(Add, a, b);
export const sub = (a: Value, b: Value): Value => binary(Sub, a, b);
export const mul = (a: Value, b: Value): Value => binary(Mul, a, b);
export const div = (a: Value, b: Value): Value => binary(Div, a, b);
export const pow = (a: Value, b: Value): Value => binary(Pow, a, b);
export const equal = (a: Value, b: Value): Value => binary(Equal, a, b);
