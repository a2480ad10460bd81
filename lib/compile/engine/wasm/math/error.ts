import type { Operand } from "../../../../system/wasm/mod.ts";
import { erfcFar, erfcxShort, erfNear } from "../../../../tensor/special/fits.ts";
import type { Lanes } from "../lanes.ts";
import { halves, reduced, shortExp } from "./exponential.ts";
import { quotient } from "./gamma.ts";
import { inDouble } from "./in_double.ts";
import { rarely } from "./rarely.ts";

/** erf(x) - x for |x| up to 1. */
function excess(l: Lanes, x: Operand): Operand {
  return l.mul(x, l.horner(erfNear[l.precision].toReversed(), l.mul(x, x)));
}

/** The largest numbers whose erfc is not as good as 0. */
const MOST = { float32: 11, float64: 27.5 };

/** erfc(a) for a from 0.5 up. */
function tail(l: Lanes, given: Operand): Operand {
  const a = l.of("Pmin", given, l.number(MOST[l.precision]));
  if (l.isDouble) return tailOfDouble(l, a);
  return inDouble(l, a, (d, x) => d.mul(shortExp(d, d.of("Neg", d.mul(x, x))), quotient(d, erfcxShort, x)));
}

/** e^-a^2 times a quotient, whose last sum is that of two parts. */
function tailOfDouble(d: Lanes, a: Operand): Operand {
  // The square of the upper half of its bits, and the rest of its square.
  const upper = d.and(a, d.bits(0, 0xffffffff, 0xf8000000)), more = d.mul(d.sub(a, upper), d.add(a, upper));
  const { n, grown } = reduced(d, d.of("Neg", d.mul(upper, upper)), more);
  const one = d.number(1), sum = d.add(one, a), u = d.div(one, sum), rest = quotient(d, erfcFar, u);
  const usual = d.number(0.75), factor = d.add(usual, rest);
  const lost = d.add(d.sub(usual, factor), rest), lostOfSum = d.sub(a, d.sub(sum, one));
  const small = d.madd(factor, d.nmadd(lostOfSum, u, grown), lost);
  const [first, second] = halves(d, n).map((half) => d.power(half));
  return d.mul(d.mul(d.div(d.add(factor, small), sum), first), second);
}

/** Takes `near` where |x| < limit and `far` elsewhere, each computed where a lane needs it. */
function bySize(l: Lanes, size: Operand, limit: number, near: () => Operand, far: () => Operand): Operand {
  const isFar = l.of("Ge", size, l.number(limit)), found = rarely(l, l.not(isFar), size, near);
  return rarely(l, isFar, found, () => l.select(isFar, far(), found));
}

/** The error function: within 1.4 ulp in float32, 2e-16 in float64. */
export function erf(l: Lanes, x: Operand): Operand {
  const size = l.of("Abs", x), sign = l.and(x, l.bits(0x80000000, 0x80000000));
  const far = () => l.or(sign, l.sub(l.number(1), tail(l, size)));
  return bySize(l, size, 1, () => l.add(x, excess(l, x)), far);
}

/** 1 - erf(x): within 1.8 ulp in float32, 4e-16 in float64. */
export function erfc(l: Lanes, x: Operand): Operand {
  const size = l.of("Abs", x), near = () => l.sub(l.sub(l.number(1), x), excess(l, x));
  return bySize(l, size, 0.5, near, () => {
    const far = tail(l, size);
    return l.select(l.of("Lt", x, l.number(0)), l.sub(l.number(2), far), far);
  });
}
