import { op, type Operand } from "../../../../system/wasm/mod.ts";
import type { Quotient } from "../../../../tensor/special/fits.ts";
import { byLane } from "../calls.ts";
import { JOIN_LOW, SWAP } from "../group/elements.ts";
import { type AngleParts, Lanes } from "../lanes.ts";
import { inDouble } from "./in_double.ts";
import { rarely } from "./rarely.ts";

/** (sin(r) - r) / r^3 and (cos(r) - 1 + r^2 / 2) / r^4 to pi / 4, in r^2 (Cephes, fdlibm). */
const SERIES = {
  float32: {
    sin: [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1],
    cos: [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2],
  },
  float64: {
    sin: [
      1.58969099521155010221e-10,
      -2.50507602534068634195e-8,
      2.75573137070700676789e-6,
      -1.98412698298579493134e-4,
      8.33333333332248946124e-3,
      -1.66666666666666324348e-1,
    ],
    cos: [
      -1.13596475577881948265e-11,
      2.0875723212981748279e-9,
      -2.75573143513906633035e-7,
      2.48015872894767294178e-5,
      -1.38888888888741095749e-3,
      4.16666666666666019037e-2,
    ],
  },
};

/** tan(r) / r to pi / 4 as a quotient of polynomials in r^2: off by 1.4e-8. */
const TANGENT: Quotient = [
  [0.9999999858303726, -0.09580182593772739],
  [1, -0.42913583121450444, 0.009716877250229341],
];

/** pi / 2 in three parts: products of the first two with numbers below 2^20 are exact. */
const HALF_PI = [1.57079632673412561417, 6.0771005063039659766e-11, 2.02226624879595063154e-21];

/** Larger numbers, of which these parts leave too few digits, are left to JavaScript. */
const LIMITS = { float32: 2 ** 20, float64: 1600 };

/** An angle x = n pi / 2 + r + rest. */
interface Angle {
  readonly n: Operand;
  readonly r: Operand;
  readonly rest?: Operand;
}

/** Returns n, and what x is above n pi / 2 less the last part of it. */
function reduced(d: Lanes, x: Operand): { n: Operand; above: Operand } {
  const n = d.of("Nearest", d.mul(x, d.number(2 / Math.PI)));
  return { n, above: d.nmadd(n, d.number(HALF_PI[0]), x) };
}

/** Returns n and r of two numbers to their digits in float32, of which no more are given. */
function shortAngle(d: Lanes, x: Operand): Angle {
  const { n, above } = reduced(d, x);
  return { n, r: d.nmadd(n, d.number(HALF_PI[2]), d.nmadd(n, d.number(HALF_PI[1]), above)) };
}

/** Returns n and r of float64 numbers; their sum of r and the rest is right to 119 bits. */
function longAngle(d: Lanes, x: Operand): Angle {
  const { n, above } = reduced(d, x), taken = d.mul(n, d.number(HALF_PI[1])), near = d.sub(above, taken);
  const lost = d.sub(d.sub(d.sub(above, near), taken), d.mul(n, d.number(HALF_PI[2])));
  const r = d.add(near, lost);
  return { n, r, rest: d.add(d.sub(near, r), lost) };
}

function angle(l: Lanes, x: Operand): Angle {
  if (l.isDouble) return longAngle(l, x);
  // In float64, in halves: what is left of a float32 number has all its digits.
  const { f } = l, d = new Lanes(f, "float64", l.isFused);
  const halves = [x, f.each(SWAP, x, x)].map((half) => shortAngle(d, f.each(op.f64x2PromoteLowF32x4, half)));
  const [n, r] = (["n", "r"] as const).map((part) => {
    const [low, high] = halves.map((half) => f.each(op.f32x4DemoteF64x2, half[part]));
    return f.each(JOIN_LOW, low, high);
  });
  return { n, r };
}

/** Returns sin(r) and cos(r), and n in the lowest bits: once for all functions of one number. */
function parts(l: Lanes, x: Operand): AngleParts {
  let known = l.angles.get(x);
  if (!known) l.angles.set(x, known = computedParts(l, x));
  return known;
}

function computedParts(l: Lanes, x: Operand): AngleParts {
  const { n, r, rest } = angle(l, x), z = l.mul(r, r), one = l.number(1), series = SERIES[l.precision];
  const curve = l.mul(l.mul(z, r), l.horner(series.sin, z)), square = l.mul(z, l.number(0.5));
  const near = l.sub(one, square), small = l.mul(l.mul(z, z), l.horner(series.cos, z));
  const lost = l.add(l.sub(l.sub(one, near), square), rest ? l.nmadd(r, rest, small) : small);
  return {
    sin: l.add(r, rest ? l.add(curve, rest) : curve),
    cos: l.add(near, lost),
    whole: l.add(n, l.number(l.format.whole)),
  };
}

/** Returns a mask of the numbers whose lowest bit is set. */
function isOdd(l: Lanes, whole: Operand): Operand {
  return l.integer("Sub", l.number(0), l.and(whole, l.bits(1, 0, 1)));
}

/** Returns x, negative where the second bit of a whole number is set. */
function signed(l: Lanes, x: Operand, whole: Operand): Operand {
  const bit = l.and(whole, l.bits(2, 0, 2));
  return l.f.each(op.xor, x, l.integer("Shl", bit, { i32: l.isDouble ? 62 : 30 }));
}

/** Puts JavaScript's values where a number is large, infinite or NaN. */
function withinLimit(l: Lanes, x: Operand, name: "sin" | "cos" | "tan", result: Operand): Operand {
  const isBeyond = l.not(l.of("Lt", l.of("Abs", x), l.number(LIMITS[l.precision])));
  return rarely(l, isBeyond, result, () => l.select(isBeyond, byLane(l, name, [x]), result));
}

/** sin(x): within 1.7 ulp in float32, 1.4e-16 in float64. */
export function sin(l: Lanes, x: Operand): Operand {
  const { sin, cos, whole } = parts(l, x), result = signed(l, l.select(isOdd(l, whole), cos, sin), whole);
  return withinLimit(l, x, "sin", l.select(l.of("Eq", x, l.number(0)), x, result));
}

/** cos(x): within 1.7 ulp in float32, 1.4e-16 in float64. */
export function cos(l: Lanes, x: Operand): Operand {
  const { sin, cos, whole } = parts(l, x), next = l.integer("Add", whole, l.bits(1, 0, 1));
  return withinLimit(l, x, "cos", signed(l, l.select(isOdd(l, whole), sin, cos), next));
}

/** tan(x) of float64 numbers to the digits of float32. */
function shortTan(d: Lanes, x: Operand): Operand {
  const { n, r } = shortAngle(d, x), z = d.mul(r, r);
  const [above, below] = TANGENT.map((series) => d.horner(series.toReversed(), z));
  return tangent(d, { sin: d.mul(r, above), cos: below, whole: d.add(n, d.number(d.format.whole)) });
}

/** The quotient of a sine and a cosine, or minus its inverse. */
function tangent(l: Lanes, { sin, cos, whole }: AngleParts): Operand {
  const isTurned = isOdd(l, whole);
  const size = l.div(l.select(isTurned, cos, sin), l.select(isTurned, sin, cos));
  return l.f.each(op.xor, size, l.and(isTurned, l.bits(0x80000000, 0x80000000)));
}

/** tan(x): within 0.8 ulp in float32, 3e-16 in float64. */
export function tan(l: Lanes, x: Operand): Operand {
  const result = l.isDouble ? tangent(l, parts(l, x)) : inDouble(l, x, shortTan);
  return withinLimit(l, x, "tan", l.select(l.of("Eq", x, l.number(0)), x, result));
}
