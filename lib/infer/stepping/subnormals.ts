import { type HostArray, sizeOf } from "../../tensor/mod.ts";

/** Numbers of a carry from which on a step takes long enough for a look at them now and then. */
const MANY = 16_384;

/**
 * Returns the number of steps after which the subnormal numbers of a carry become 0: at fixed
 * steps, so that results do not depend on the calls. A look takes about a nanosecond a number.
 */
export function stepsBetweenFlushes(carry: readonly HostArray[]): number {
  return carry.reduce((sum, { shape }) => sum + sizeOf(shape), 0) < MANY ? 16_384 : 256;
}

/**
 * Puts 0 in the place of subnormal numbers. The weights of a unit that no longer answers decay
 * towards 0, but stop among these; processors take a hundred times as long for them, and a training
 * slows down to a quarter without a sign of why.
 */
export function flushSubnormals(arrays: readonly HostArray[]): void {
  for (const { data } of arrays) {
    if (data instanceof Float32Array) flush(data, 2 ** -126);
    else if (data instanceof Float64Array) flush(data, 2 ** -1022);
  }
}

/** @param least the least positive normal number */
function flush(data: Float32Array | Float64Array, least: number): void {
  for (let i = 0; i < data.length; i++) {
    const x = data[i];
    if (x < least && x > -least && x !== 0) data[i] = 0;
  }
}
