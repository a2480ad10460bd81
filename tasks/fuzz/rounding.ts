/**
 * The rounding errors that an engine may make. Nothing here is a tolerance for a result: each is an
 * error of one operation, and the oracle finds what it does to a result by trying it out.
 *
 * @module
 */
import type { DType, Precision } from "../../lib/compile/mod.ts";
import { type Numbers, type Partial, Undefined } from "./oracle_rules.ts";

/** One way of rounding: what is done with the operands and the results of each operation. */
export interface Rounding {
  readonly precision: Precision;
  /** The engine whose own rules count: `eager` is tfjs without a trace (default: those of all). */
  readonly engine?: "tfjs" | "eager" | "xla";
  /** Returns errors between -1 and 1, in units of what is allowed; absent: no errors. */
  readonly random?: () => number;
  /** Results are put into the format of the precision: all, or some, as `random` has it. */
  readonly fit?: "all" | "some";
  /** Products are added without being rounded before (default false). */
  readonly fused?: boolean;
  /** Subnormal results become zeros (default false). */
  readonly flush?: boolean;
  /** Zeros of operations that choose between 0 and -0 are the other one (default false). */
  readonly otherZeros?: boolean;
  /** Results next to the limits of sigmoid, tanh, erf and float32 become these (default false). */
  readonly saturate?: boolean;
}

/** The distance from 1 to the next number. */
export const epsilon: Readonly<Record<Precision, number>> = { float32: 2 ** -23, float64: 2 ** -52 };
/** The smallest number with all digits. */
export const smallest: Readonly<Record<Precision, number>> = { float32: 2 ** -126, float64: 2 ** -1022 };

/** The operations that give one of their operands' numbers, or a whole one: without any error. */
const exact = new Set([
  ...[
    "Neg",
    "Abs",
    "Sign",
    "Floor",
    "Ceil",
    "Round",
    "Relu",
    "Max",
    "Min",
    "Clip",
    "Where",
    "Cast",
    "Identity",
  ],
  ...[
    "StopGradient",
    "Reshape",
    "Expand",
    "Transpose",
    "Slice",
    "Stride",
    "Reverse",
    "Pad",
    "Concat",
    "Split",
  ],
  ...["ReduceMax", "ReduceMin", "Gather", "Iota"],
]);

/** Errors of results, in units of epsilon; those that are not listed: one. */
const results: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      "Exp",
      "Log",
      "Expm1",
      "Log1p",
      "Sin",
      "Cos",
      "Tanh",
      "Pow",
      "Sigmoid",
      "Softplus",
      "Erf",
      "Erfc",
      "Lgamma",
      "Digamma",
      "ItakuraSaito",
    ].map((
      n,
    ) => [n, 4]),
  ),
  ...Object.fromEntries(["Cholesky", "CholeskyGradient", "TriangularSolve"].map((n) => [n, 4])),
  ...Object.fromEntries(
    ["Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh"].map((n) => [n, 4]),
  ),
};

/** Operations whose 1 and -1 are, for the most part, numbers next to them. */
const saturating = new Set(["Sigmoid", "Tanh", "Erf"]);

/** Errors of primitives, in units of epsilon: of the result, and as if of the operands. */
const PRIMITIVE = 4, OPERAND = 1;
/** Absolute errors of primitives, in units of epsilon: of differences with small results. */
const absolutes: Readonly<Record<string, number>> = {
  lgamma: 1,
  // A plain difference of lgamma below 3.
  lgammaCorrection: 1,
  digammaCorrection: 0.5,
  digamma: 1,
};

/** Operations that choose between 0 and -0, each engine as it likes. */
const choosing = new Set(["Max", "Min", "ReduceMax", "ReduceMin", "Clip", "Relu", "Round", "Ceil"]);
/** Operations that add two numbers. */
const adding = new Set(["Add", "Sub"]);
/** The operations that add up: each term is off by an error. */
const sums = new Set(["ReduceSum", "MatMul", "CumSum", "ScatterAdd"]);
/** Operations that may be off by as much as if their operands were off, in units of epsilon. */
const operands: Readonly<Record<string, number>> = {
  ...{ Pow: 1, Mod: 1, Sin: 0.5, Cos: 0.5, Tan: 0.5 },
  ...{ Cholesky: 2, CholeskyGradient: 2, TriangularSolve: 2 },
};

/** XLA's log1p, which primitives use, has a relative error of 3e-14 in float64 next to -0.41. */
const XLA_LOG1P = 48;
/** tfjs's own erf is a formula with an absolute error of 1.5e-7. */
const TFJS_ERF = 1.5e-7 / epsilon.float32;

/** A number of few digits: sums and products of such are exact in every precision. */
const isShort = (x: number): boolean => Number.isInteger(x * 16) && Math.abs(x) < 2 ** 12;

/**
 * The smallest number that is infinite where `saturate` is, outside of a trace: a trace takes a
 * product by a power of two together with the product before it, which may be beyond float32.
 */
const HUGE = 2 ** 126;

const off = (x: number, by: number, { random, precision }: Rounding): number =>
  x * (1 + by * epsilon[precision] * random!());

/** Returns the operands of an operation, with the errors that it may make as if they were off. */
export function shaken(
  name: string,
  x: readonly Numbers[],
  rounding: Rounding,
  isPrimitive = false,
): readonly Numbers[] {
  if (!rounding.random) return x;
  const by = isPrimitive ? OPERAND : sums.has(name) ? 2 : operands[name];
  if (by === undefined) return x;
  // Sums of short numbers are exact in any order; tfjs divides each term of a mean.
  const isTfjs = rounding.engine === "tfjs" || rounding.engine === "eager";
  if (!isTfjs && !isPrimitive && x.every(({ data }) => data.every(isShort))) return x;
  return x.map((y) => y.dtype === "float" ? { ...y, data: y.data.map((v) => off(v, by, rounding)) } : y);
}

/**
 * Throws Undefined for results that an engine has otherwise than the others. tfjs's whole numbers
 * pass through float32 and float64 on their way, and lose digits instead of wrapping around; a
 * length of 1 that broadcasts to 0 stays 1 in some of its operations. XLA takes a boolean as a
 * factor for a choice.
 */
export function checkDefined(
  name: string,
  operands: readonly Numbers[],
  results: readonly Numbers[],
  { engine }: Rounding,
): void {
  if (!engine) return;
  const has = (value: number) => operands.some(({ data }) => data.includes(value));
  // Batches of more than one matrix each that are not the same are taken in turn.
  const batches = operands.map(({ shape }) => shape.slice(0, -2));
  const isMixed = engine === "eager" && name === "MatMul" && batches[0].join() !== batches[1].join() &&
    batches.every((batch) => batch.some((length) => length > 1));
  const isWrong = engine === "xla"
    ? name === "Mul" && has(0) && (has(Infinity) || has(-Infinity))
    : results.some(({ dtype, data }) =>
      (engine === "eager" && data.length === 0) ||
      (dtype === "int32" && data.some((x) => Math.abs(x) > 2 ** 24))
    );
  // tfjs sorts several that are not numbers in no order.
  const isUnsorted = engine === "tfjs" && name === "TopK" && has(NaN);
  if (isWrong || isMixed || isUnsorted) throw new Undefined(`${name} with ${engine}`);
}

/** Returns the fate of numbers on the way to a sum. */
export function partial(dtype: DType, { precision, fit, fused }: Rounding): Partial | undefined {
  if (dtype !== "float" || precision !== "float32" || fit !== "all") return undefined;
  return { term: fused ? (x) => x : Math.fround, sum: Math.fround };
}

/** Returns arguments as an engine may take them: some take subnormal numbers for zeros. */
export const flushed = (x: Numbers, { flush, precision }: Rounding): Numbers =>
  flush ? { ...x, data: x.data.map((v) => Math.abs(v) < smallest[precision] ? v * 0 : v) } : x;

/** Returns results of an operation as an engine may give them. */
export function rounded(name: string, x: Numbers, rounding: Rounding, isPrimitive = false): Numbers {
  const { random, fit, flush, otherZeros, saturate, precision, engine } = rounding;
  if (!random && !fit && !flush) return x;
  const by = exact.has(name) || sums.has(name) ? 0 : results[name] ?? 1;
  const isImprecise = engine === "xla" && (isPrimitive || name === "Log1p");
  const relative = isImprecise ? XLA_LOG1P : isPrimitive ? PRIMITIVE : by;
  const absolute = engine === "eager" && name.toLowerCase() === "erf" ? TFJS_ERF : absolutes[name] ?? 0;
  return {
    ...x,
    data: x.data.map((v) => {
      // A result that has all its digits in float32 is exact.
      let y = v;
      const isExact = Math.fround(v) === v && !(saturating.has(name) && Math.abs(v) === 1);
      if (random && relative > 0 && !isExact && Number.isFinite(v)) {
        y = off(v, relative, rounding) + absolute * epsilon[precision] * random();
      }
      // On their way to a small result formulas pass through subnormal numbers, which lose digits.
      if (random && relative > 1 && v !== 0 && Math.abs(v) < smallest[precision] * 2 ** 14) {
        y += smallest[precision] * 2 ** -14 * random();
      }
      const limit = saturating.has(name) ? Math.round(v) : NaN;
      if (saturate && Math.abs(v - limit) < 4 * epsilon[precision] * Math.abs(limit)) y = limit;
      if (saturate && engine === "eager" && Math.abs(y) >= HUGE) y = Math.sign(y) * Infinity;
      if (precision === "float32" && (fit === "all" || (fit === "some" && random!() > 0))) y = Math.fround(y);
      if (flush && Math.abs(y) < smallest[precision]) y *= 0;
      // The 0 of a sum has the sign of where it began, that of a primitive its last operation's.
      const isOpen = flush && (isPrimitive || sums.has(name) || (engine === "xla" && adding.has(name)));
      if (y === 0 && (isOpen || ((flush || otherZeros) && choosing.has(name)))) y = -y;
      return y;
    }),
  };
}
