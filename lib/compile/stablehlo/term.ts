import type { DType } from "../ir/graph.ts";

/** A value of a module as it is written: its name and its type. */
export interface Term {
  /** With the `%` in front. */
  readonly name: string;
  /** Its lengths: modules have static shapes. */
  readonly shape: readonly number[];
  /** Its element type. */
  readonly dtype: DType;
  /** The number that it holds everywhere, where it is such a constant. */
  readonly fill?: number;
}

/** The number of elements of a shape. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Whether two shapes are the same. */
export const equalShapes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((s, i) => s === b[i]);

/** The shape that shapes broadcast to. */
export function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const lengths = shapes.map((s) => s[s.length - rank + i] ?? 1);
    const long = lengths.filter((s) => s !== 1);
    if (long.some((s) => s !== long[0])) {
      throw new Error(`Cannot broadcast ${shapes.map((s) => `[${s}]`).join(" with ")}`);
    }
    return long[0] ?? 1;
  });
}
