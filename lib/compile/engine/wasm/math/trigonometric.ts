import { f64x2, type Local, op, type Operand } from "../../../../system/wasm/mod.ts";
import { byLane } from "../calls.ts";
import { JOIN_LOW, SWAP } from "../group/elements.ts";
import type { Lanes } from "../lanes.ts";

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

/** Returns n and r of two float64 numbers; their sum of r and the rest is right to 119 bits. */
function ofDouble(l: Lanes, x: Operand, madd: (n: Operand, part: number, x: Operand) => Operand): Angle {
  const { f } = l, number = (value: number) => f.pool.double(value);
  const of = (name: "Mul" | "Sub" | "Add", a: Operand, b: Operand) => f.each(f64x2[name], a, b);
  const n = f.each(f64x2.Nearest, of("Mul", x, number(2 / Math.PI)));
  const first = madd(n, HALF_PI[0], x), taken = of("Mul", n, number(HALF_PI[1]));
  const near = of("Sub", first, taken);
  const lost = of("Sub", of("Sub", of("Sub", first, near), taken), of("Mul", n, number(HALF_PI[2])));
  const r = of("Add", near, lost);
  return { n, r, rest: of("Add", of("Sub", near, r), lost) };
}

function angle(l: Lanes, x: Operand): Angle {
  const { f } = l;
  const madd = (n: Operand, part: number, from: Operand) => {
    const number = f.pool.double(part);
    return l.isFused
      ? f.each(f64x2.RelaxedNmadd, n, number, from)
      : f.each(f64x2.Sub, from, f.each(f64x2.Mul, n, number));
  };
  if (l.isDouble) return ofDouble(l, x, madd);
  // In float64, in halves: what is left of a float32 number has all its digits.
  const halves = [x, f.each(SWAP, x, x)].map((half) =>
    ofDouble(l, f.each(op.f64x2PromoteLowF32x4, half), madd)
  );
  const [n, r] = (["n", "r"] as const).map((part) => {
    const [low, high] = halves.map((half) => f.each(op.f32x4DemoteF64x2, half[part]));
    return f.each(JOIN_LOW, low, high);
  });
  return { n, r };
}

/** Returns the sine of x plus a number of right angles. */
function sine(l: Lanes, x: Operand, turns: 0 | 1): Operand {
  const { f } = l, { n, r, rest } = angle(l, x), z = l.mul(r, r), half = l.number(0.5), one = l.number(1);
  const series = SERIES[l.precision], cube = l.mul(z, r);
  const [odd, even] = [l.horner(series.sin, z), l.horner(series.cos, z)];
  const curve = rest ? l.add(l.mul(cube, odd), rest) : l.mul(cube, odd);
  const square = l.mul(z, half), near = l.sub(one, square);
  const small = l.mul(l.mul(z, z), even);
  const lost = l.add(l.sub(l.sub(one, near), square), rest ? l.nmadd(r, rest, small) : small);
  const whole = l.add(n, l.number(l.format.whole + turns)), bit = (i: 1 | 2) => l.and(whole, l.bits(i, 0, i));
  const isOdd = l.integer("Sub", l.number(0), bit(1));
  const size = l.select(isOdd, l.add(near, lost), l.add(r, curve));
  const sign = l.integer("Shl", bit(2), { i32: l.isDouble ? 62 : 30 });
  return f.each(op.xor, size, sign);
}

/** Puts JavaScript's values where a number is large, infinite or NaN. */
function withinLimit(l: Lanes, x: Operand, name: "sin" | "cos", result: Operand): Operand {
  const { f } = l, isBeyond = l.not(l.of("Lt", l.of("Abs", x), l.number(LIMITS[l.precision])));
  const all = f.each(op.or, result, result) as Local;
  for (let v = 0; v < f.width; v++) {
    f.push(isBeyond, v);
    if (v > 0) f.emit(op.or);
  }
  f.emit(op.anyTrue);
  f.when(() => {
    const chosen = l.select(isBeyond, byLane(l, name, [x]), all);
    for (let v = 0; v < f.width; v++) {
      f.push(chosen, v);
      f.set(all, v);
    }
  });
  return all;
}

/** sin(x). */
export function sin(l: Lanes, x: Operand): Operand {
  const result = l.select(l.of("Eq", x, l.number(0)), x, sine(l, x, 0));
  return withinLimit(l, x, "sin", result);
}

/** cos(x). */
export function cos(l: Lanes, x: Operand): Operand {
  return withinLimit(l, x, "cos", sine(l, x, 1));
}
