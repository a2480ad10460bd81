/** The arguments of programs: shapes with 0 and 1, numbers at the edges. @module */
import type { Random } from "fast-check";
import { type HostArray, sizeOf } from "../../lib/tensor/mod.ts";

const edges = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** -126,
  2 ** -149,
  3.4e38,
  -3.4e38,
  1e-20,
  1e20,
  1e4,
  -1e4,
];

const float = (r: Random): number => Math.fround((r.nextInt(-(2 ** 20), 2 ** 20) + 0.5) * 2 ** -18);

/** Ways of drawing the numbers of one argument, each with its share. */
const kinds: readonly { share: number; draw: (r: Random) => number }[] = [
  { share: 40, draw: float },
  { share: 15, draw: (r) => r.nextInt(-3, 3) },
  { share: 10, draw: (r) => r.nextInt(-8, 8) / 4 },
  { share: 10, draw: (r) => Math.abs(float(r)) },
  { share: 10, draw: (r) => r.nextInt(0, 3) === 0 ? edges[r.nextInt(0, edges.length - 1)] : float(r) },
  { share: 5, draw: (r) => edges[r.nextInt(0, edges.length - 1)] },
  { share: 5, draw: (r) => Math.fround(float(r) * 10 ** r.nextInt(-6, 6)) },
  { share: 5, draw: (r) => 1 + r.nextInt(-3, 3) * 2 ** -23 },
];

function pickKind(r: Random) {
  let at = r.nextInt(1, kinds.reduce((sum, { share }) => sum + share, 0));
  return kinds.find(({ share }) => (at -= share) <= 0)!;
}

/** Draws arguments whose shapes often fit each other. */
export function drawInputs(r: Random): HostArray[] {
  const lengths = [1, r.nextInt(2, 3), r.nextInt(2, 5), r.nextInt(1, 20) === 1 ? 0 : r.nextInt(1, 4)];
  return Array.from({ length: r.nextInt(1, 4) }, () => {
    const rank = [0, 1, 1, 2, 2, 2, 3][r.nextInt(0, 6)];
    const shape = Array.from({ length: rank }, () => lengths[r.nextInt(0, lengths.length - 1)]),
      length = sizeOf(shape);
    const type = r.nextInt(1, 10);
    if (type === 1) return { shape, data: Uint8Array.from({ length }, () => r.nextInt(0, 1)) };
    if (type === 2) {
      return {
        shape,
        data: Int32Array.from(
          { length },
          () => r.nextInt(1, 8) === 1 ? r.nextInt(-(2 ** 31), 2 ** 31 - 1) : r.nextInt(-4, 6),
        ),
      };
    }
    const { draw } = pickKind(r);
    return { shape, data: Float32Array.from({ length }, () => draw(r)) };
  });
}
