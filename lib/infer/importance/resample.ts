import { shown } from "../../system/mod.ts";
import { type HostArray, random, sizeOf } from "../../tensor/mod.ts";

/**
 * Chooses from weighed things systematically (Kitagawa 1996): at `count` places, equally far apart,
 * of the line on which each has its weight as length, with one uniform number for all.
 *
 * @param weights numbers that sum to 1
 * @returns the chosen ones' numbers, in order
 */
export function systematic(key: random.ThreefryKey, weights: Float64Array, count: number): Uint32Array {
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new Error(`Cannot resample: the number of draws is ${shown(count)}, expected a positive integer`);
  }
  if (!(key instanceof random.ThreefryKey)) {
    throw new Error("Cannot resample: expected a key as the first argument, such as random.key(0)");
  }
  const [u] = random.uniform(key, []).dataSync(), last = weights.findLastIndex((w) => w > 0);
  let at = 0, sum = weights[0];
  return Uint32Array.from({ length: count }, (_, i) => {
    // The end of the last one may lie below 1, by rounding.
    while (at < last && (i + u) / count >= sum) sum += weights[++at];
    return at;
  });
}

/** Returns chosen rows of an array. */
export function resampled({ data, shape: [, ...shape] }: HostArray, rows: Uint32Array): HostArray {
  const size = sizeOf(shape), result = new (data.constructor as Float32ArrayConstructor)(rows.length * size);
  rows.forEach((row, i) =>
    result.set((data as Float32Array).subarray(row * size, (row + 1) * size), i * size)
  );
  return { data: result, shape: [rows.length, ...shape] };
}
