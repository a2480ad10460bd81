/** The segments of a digital clock: two ends each, in a box one wide and two high. */
const SEGMENTS: Record<string, readonly [number, number, number, number]> = {
  a: [0, 0, 1, 0],
  b: [1, 0, 1, 1],
  c: [1, 1, 1, 2],
  d: [0, 2, 1, 2],
  e: [0, 1, 0, 2],
  f: [0, 0, 0, 1],
  g: [0, 1, 1, 1],
};

const DIGITS = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcfgd"];

/** Returns the digits in straight strokes: `size` by `size` pixels each, true where inked. */
export function strokes(size: number): boolean[][] {
  const scale = size * 0.36, left = (size - scale) / 2, top = (size - 2 * scale) / 2, thick = size / 20;
  return DIGITS.map((segments) =>
    Array.from({ length: size * size }, (_, p) => {
      const x = (p % size) + 0.5, y = Math.floor(p / size) + 0.5;
      return [...segments].some((s) => {
        const [x0, y0, x1, y1] = SEGMENTS[s].map((v, i) => (i % 2 ? top : left) + v * scale);
        const dx = Math.max(x0 - x, 0, x - x1), dy = Math.max(y0 - y, 0, y - y1);
        return dx * dx + dy * dy <= thick * thick;
      });
    })
  );
}
