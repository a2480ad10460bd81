import { chart, type ChartOptions } from "./chart.ts";
import type { Figure } from "./figure.ts";
import type { Values } from "./encode.ts";
import { line } from "./marks.ts";

/** More points than this are not told apart at a figure's width. */
const POINTS = 400;

/** Means over stretches of equal length, at most POINTS of them, with the middle of each. */
function thinned(values: Values): { x: number[]; y: number[] } {
  const stride = Math.ceil(values.length / POINTS), x: number[] = [], y: number[] = [];
  for (let start = 0; start < values.length; start += stride) {
    const end = Math.min(start + stride, values.length);
    let sum = 0;
    for (let i = start; i < end; i++) sum += values[i];
    x.push((start + end - 1) / 2);
    y.push(sum / (end - start));
  }
  return { x, y };
}

/**
 * Returns a figure of values by step (losses), a line a name; of long ones, means of stretches.
 * Throws as `chart` does.
 */
export function trainingCurve(curves: Readonly<Record<string, Values>>, options: ChartOptions = {}): Figure {
  const several = Object.keys(curves).length > 1;
  const marks = Object.entries(curves).map(([name, values]) =>
    line({ ...thinned(values), ...(several && { by: name }) })
  );
  return chart(marks, { x: "step", y: "loss", ...options });
}
