import type { Tensor } from "../tensor/mod.ts";

/** The last axis in equal parts. */
export function gates(x: Tensor, count: number): Tensor[] {
  const lead = x.shape.slice(0, -1), size = x.shape[x.rank - 1] / count;
  return Array.from(
    { length: count },
    (_, i) => x.slice([...lead.map(() => 0), i * size], [...lead, size]) as Tensor,
  );
}
