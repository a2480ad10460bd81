import { CENTRE, NORMAL_START, TAIL } from "./coefficients.ts";
import { horner, log1p } from "./float32.ts";

const { fround } = Math;
const centre = Float32Array.from(CENTRE), tail = Float32Array.from(TAIL);
const sqrt2 = fround(Math.SQRT2);

/** Returns the number in [0, 1) that the upper 23 of 32 bits make: a multiple of 2^-23. */
export function uniformFromBits(bits: number): number {
  return (bits >>> 9) * 2 ** -23;
}

/**
 * Returns the standard normal that the upper 23 of 32 bits make: sqrt(2) erfinv(2 u - 1), all in
 * float32, the arithmetic of `jax.random.normal` on a CPU with fused multiply-add, bit for bit.
 * (Without that instruction, JAX's own values differ by up to 3 units in the last place.)
 */
export function normalFromBits(bits: number): number {
  const u = uniformFromBits(bits);
  const x = fround(u + u + NORMAL_START);
  const logarithm = log1p(-fround(x * x));
  const factor = logarithm <= -5
    ? horner(tail, fround(fround(Math.sqrt(-logarithm)) - 3))
    : horner(centre, fround(-2.5 - logarithm));
  return fround(fround(x * factor) * sqrt2);
}
