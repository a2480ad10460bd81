import { maybeColor, maybeLook, quantitative, rounded, rows } from "./encode.ts";
import type { Mark, MarkOptions, Values } from "./encode.ts";

/** Dots at (x, y). */
export function points(
  { x, y, size = 24, ...options }: MarkOptions & { x: Values; y: Values; size?: number },
): Mark {
  return {
    data: { values: rows("points", { x, y }, options.by) },
    mark: { type: "point", filled: true, size, opacity: 0.8, ...maybeLook(options) },
    encoding: { x: quantitative("x"), y: quantitative("y"), ...maybeColor(options.by) },
  };
}

/** Returns a line through (x, y) in the order given. */
export function line(
  { x, y, dashed = false, ...options }: MarkOptions & { x: Values; y: Values; dashed?: boolean },
): Mark {
  const values = rows("a line", { x, y }, options.by).map((row, i) => ({ ...row, i }));
  return {
    data: { values },
    mark: { type: "line", ...(dashed && { strokeDash: [5, 3] }), ...maybeLook(options) },
    encoding: {
      x: quantitative("x"),
      y: quantitative("y"),
      order: { field: "i", type: "quantitative" },
      ...maybeColor(options.by),
    },
  };
}

/** Returns the area between `low` and `high` over `x`: an interval that changes with x. */
export function band(
  { x, low, high, ...options }: MarkOptions & { x: Values; low: Values; high: Values },
): Mark {
  return {
    data: { values: rows("a band", { x, low, high }, options.by) },
    mark: { type: "area", opacity: 0.25, ...maybeLook(options) },
    encoding: {
      x: quantitative("x"),
      y: quantitative("low"),
      y2: { field: "high" },
      ...maybeColor(options.by),
    },
  };
}

/** Vertical bars from `low` to `high` at `x`: one interval each. */
export function intervals(
  { x, low, high, ...options }: MarkOptions & { x: Values; low: Values; high: Values },
): Mark {
  return {
    data: { values: rows("intervals", { x, low, high }, options.by) },
    mark: { type: "rule", opacity: 0.6, ...maybeLook(options) },
    encoding: {
      x: quantitative("x"),
      y: quantitative("low"),
      y2: { field: "high" },
      ...maybeColor(options.by),
    },
  };
}

/** Returns a vertical or horizontal line across the chart, at a value. */
export function reference({ x, y, ...options }: MarkOptions & { x?: number; y?: number }): Mark {
  const channel = x !== undefined ? "x" : "y", value = x ?? y;
  if (value === undefined) throw new Error("Cannot draw a reference line: give x or y");
  return {
    data: { values: [{ value: rounded(value) }] },
    mark: { type: "rule", strokeDash: [5, 3], color: "#555", ...maybeLook(options) },
    encoding: { [channel]: quantitative("value") },
  };
}
