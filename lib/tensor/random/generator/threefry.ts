/** The two words of a key, or of what threefry makes of one. */
export type Words = [number, number];

/**
 * threefry2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011):
 * the block cipher that the generator counts with. Replaces the two words in `x`, signed or
 * unsigned, by their hash under the key (`k0`, `k1`), as signed 32-bit integers: `>>> 0` makes them
 * unsigned.
 */
export function threefry(k0: number, k1: number, x: Words | Int32Array): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let a = x[0] + k0 | 0, b = x[1] + k1 | 0;
  a = a + b | 0, b = (b << 13 | b >>> 19) ^ a;
  a = a + b | 0, b = (b << 15 | b >>> 17) ^ a;
  a = a + b | 0, b = (b << 26 | b >>> 6) ^ a;
  a = a + b | 0, b = (b << 6 | b >>> 26) ^ a;
  a = a + k1 | 0, b = b + k2 + 1 | 0;
  a = a + b | 0, b = (b << 17 | b >>> 15) ^ a;
  a = a + b | 0, b = (b << 29 | b >>> 3) ^ a;
  a = a + b | 0, b = (b << 16 | b >>> 16) ^ a;
  a = a + b | 0, b = (b << 24 | b >>> 8) ^ a;
  a = a + k2 | 0, b = b + k0 + 2 | 0;
  a = a + b | 0, b = (b << 13 | b >>> 19) ^ a;
  a = a + b | 0, b = (b << 15 | b >>> 17) ^ a;
  a = a + b | 0, b = (b << 26 | b >>> 6) ^ a;
  a = a + b | 0, b = (b << 6 | b >>> 26) ^ a;
  a = a + k0 | 0, b = b + k1 + 3 | 0;
  a = a + b | 0, b = (b << 17 | b >>> 15) ^ a;
  a = a + b | 0, b = (b << 29 | b >>> 3) ^ a;
  a = a + b | 0, b = (b << 16 | b >>> 16) ^ a;
  a = a + b | 0, b = (b << 24 | b >>> 8) ^ a;
  a = a + k1 | 0, b = b + k2 + 4 | 0;
  a = a + b | 0, b = (b << 13 | b >>> 19) ^ a;
  a = a + b | 0, b = (b << 15 | b >>> 17) ^ a;
  a = a + b | 0, b = (b << 26 | b >>> 6) ^ a;
  a = a + b | 0, b = (b << 6 | b >>> 26) ^ a;
  x[0] = a + k2 | 0;
  x[1] = b + k0 + 5 | 0;
}
