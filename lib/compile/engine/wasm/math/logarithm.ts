import { op, type Operand } from "../../../../system/wasm/mod.ts";
import type { Lanes } from "../lanes.ts";
import { expOfMinusAbs } from "./exponential.ts";
import { rarely } from "./rarely.ts";

/** (log(1 + f) - f + f^2/2 - ...) as fdlibm has it, a polynomial in (f / (2 + f))^2. */
const SERIES = {
  float32: [0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693],
  float64: [
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
  ],
};

/** log(2) in two parts: products of the first with exponents are exact. */
const LOG2 = {
  float32: [6.9313812256e-01, 9.0580006145e-06],
  float64: [6.93147180369123816490e-01, 1.90821492927058770002e-10],
};

/** Returns x's bits moved so that the exponent is that of a number from sqrt(1/2) to sqrt(2). */
function moved(l: Lanes, x: Operand): Operand {
  return l.integer("Add", x, l.bits(0x3f800000 - 0x3f3504f3, 0x3ff00000 - 0x3fe6a09e));
}

/** Returns the exponent of moved bits, as a float. */
function exponent(l: Lanes, bits: Operand): Operand {
  // A whole number below 2^bits, as the last bits of a float.
  const float = l.or(
    l.integer("ShrU", bits, { i32: l.format.bits }),
    l.bits(0x4b000000, 0x43300000),
  );
  return l.sub(float, l.number(2 ** l.format.bits + (l.isDouble ? 1023 : 127)));
}

/** Returns k and f where x = 2^k (1 + f), 1 + f from sqrt(1/2) to sqrt(2); for normal x > 0. */
function parts(l: Lanes, x: Operand): { k: Operand; f: Operand } {
  const bits = moved(l, x), mantissa = l.and(bits, l.bits(0x007fffff, 0x000fffff, 0xffffffff));
  const near1 = l.integer("Add", mantissa, l.bits(0x3f3504f3, 0x3fe6a09e));
  return { k: exponent(l, bits), f: l.sub(near1, l.number(1)) };
}

/** k log(2) + log(1 + f). */
function joined(l: Lanes, k: Operand, f: Operand): Operand {
  const s = l.div(f, l.add(l.number(2), f)), z = l.mul(s, s), [high, low] = LOG2[l.precision];
  const half = l.mul(l.mul(f, f), l.number(0.5));
  const series = l.madd(l.horner(SERIES[l.precision], z), z, half);
  const rest = l.sub(half, l.madd(s, series, l.mul(k, l.number(low))));
  return l.madd(k, l.number(high), l.sub(f, rest));
}

/** Puts in the values at 0, below it, at infinity and at NaN, for log(at). */
function atEdges(l: Lanes, at: Operand, result: Operand): Operand {
  const zero = l.number(0);
  const finite = l.select(l.of("Lt", at, l.number(Infinity)), result, at);
  const above = l.select(l.of("Lt", at, zero), l.number(NaN), finite);
  return l.select(l.of("Eq", at, zero), l.number(-Infinity), above);
}

/** Returns a mask of the numbers that are not positive normal ones below 2^exponent. */
function isBeyond(l: Lanes, x: Operand, exponent: number): Operand {
  const { least } = l.format;
  if (l.isDouble) return l.not(l.and(l.of("Ge", x, l.number(least)), l.of("Lt", x, l.number(2 ** exponent))));
  // Their bits are whole numbers in a row.
  const first = 1 << 23, count = (exponent + 126) << 23;
  return l.f.each(op.i32x4GeU, l.integer("Sub", x, l.bits(first, 0)), l.bits(count, 0));
}

/** log(x). */
export function log(l: Lanes, x: Operand): Operand {
  const { bits, least } = l.format, { k, f } = parts(l, x);
  return rarely(l, isBeyond(l, x, l.isDouble ? 1024 : 128), joined(l, k, f), () => {
    const shift = bits + 2, isSmall = l.of("Lt", x, l.number(least));
    const { k, f } = parts(l, l.select(isSmall, l.mul(x, l.number(2 ** shift)), x));
    return atEdges(l, x, joined(l, l.sub(k, l.and(isSmall, l.number(shift))), f));
  });
}

/** The exponent of numbers from which on 1 + x has the logarithm of x, and still an inverse. */
const FAR = 100;

/** log(1 + x): with 2^-k x + (2^-k - 1), the f of 1 + x, no digit of x is lost in a sum. */
export function log1p(l: Lanes, x: Operand): Operand {
  const one = l.number(1), u = l.add(one, x), bits = moved(l, u);
  const inverse = l.integer(
    "Sub",
    l.bits(0x7f000000, 0x7fe00000),
    l.and(bits, l.bits(0xff800000, 0xfff00000)),
  );
  const f = l.madd(x, inverse, l.sub(inverse, one));
  // The sign of x, also that of 0.
  const usual = l.or(joined(l, exponent(l, bits), f), l.and(x, l.bits(0x80000000, 0x80000000)));
  const beyond = isBeyond(l, u, FAR);
  return rarely(l, beyond, usual, () => {
    const { k, f } = parts(l, u);
    return l.select(beyond, atEdges(l, u, joined(l, k, f)), usual);
  });
}

/** log(1 + t) / t for t from 0 to 1: minimax polynomials, off by 2^-30 and 2^-59. */
const TO_1 = {
  float32: [
    0.0020302388706337094,
    -0.013407515827578306,
    0.04147819246789951,
    -0.08244170585381556,
    0.12418432265873161,
    -0.1610568958769304,
    0.198907471129526,
    -0.24987270756449287,
    0.33332559614729274,
    -0.49999981433304475,
    1,
  ],
  float64: [
    -1.641876007651844e-05,
    0.00019751112132494622,
    -0.001129966905506502,
    0.004109960222783844,
    -0.010744166230929164,
    0.021708412358949505,
    -0.03575848939282319,
    0.050281065739515934,
    -0.06302999175171449,
    0.07336864550053895,
    -0.08210574559993995,
    0.09056732300257996,
    -0.09992437914811611,
    0.11109804421418266,
    -0.12499827593504728,
    0.14285697425697994,
    -0.16666665493321184,
    0.19999999945159086,
    -0.2499999999842299,
    0.33333333333309223,
    -0.49999999999999856,
    1,
  ],
};

/** log(1 + e^x): max(x, 0) + log(1 + t), for t = e^-|x|. */
export function softplus(l: Lanes, x: Operand): Operand {
  const t = expOfMinusAbs(l, x);
  return l.madd(l.horner(TO_1[l.precision], t), t, l.of("Max", x, l.number(0)));
}
