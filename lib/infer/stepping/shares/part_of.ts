import type { HostArray } from "../../../tensor/mod.ts";

/** Returns a part of arrays along their first axis, in memory of its own. */
export function partOf(arrays: readonly HostArray[], begin: number, size: number): HostArray[] {
  return arrays.map(({ data, shape: [all, ...rest] }) => {
    const row = data.length / all;
    return { data: data.slice(begin * row, (begin + size) * row), shape: [size, ...rest] };
  });
}
