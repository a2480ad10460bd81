const bits = new DataView(new ArrayBuffer(8));

/** Returns the bits of the nearest number of 16 bits (IEEE 754 binary16), ties to even. */
export function toHalf(x: number): number {
  bits.setFloat64(0, x);
  const sign = bits.getUint8(0) >> 7 << 15, size = Math.abs(x);
  if (Number.isNaN(x)) return sign | 0x7e00;
  // 65520 lies half way between the largest number and the next power of two.
  if (size >= 65520) return sign | 0x7c00;
  // Numbers below 2^-14 are multiples of 2^-24, others have 11 digits.
  const exponent = Math.max(-14, size > 0 ? (bits.getUint16(0) >> 4 & 0x7ff) - 1023 : -14);
  const digits = roundToEven(size * 2 ** (10 - exponent));
  // Below 2^-14 the leading digit is no hidden one; 2048 carries into the exponent by itself.
  return sign | ((exponent + 14 << 10) + digits);
}

function roundToEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
}

/** Returns the number that 16 bits stand for. */
export function fromHalf(half: number): number {
  const exponent = half >> 10 & 31, digits = half & 1023, sign = half >> 15 ? -1 : 1;
  if (exponent === 31) return digits ? NaN : sign * Infinity;
  return sign * (exponent ? (1024 + digits) * 2 ** (exponent - 25) : digits * 2 ** -24);
}
