import { quantitative, rows, styled } from "./encode.ts";
import type { Mark, MarkOptions, Values } from "./encode.ts";

/** Returns dots at (x, y). */
export function points(
  { x, y, size = 24, ...options }: MarkOptions & { x: Values; y: Values; size?: number },
): Mark {
  return styled({
    data: { values: rows("points", { x, y }, options.by) },
    mark: { type: "point", filled: true, size, opacity: 0.8 },
    encoding: { x: quantitative("x"), y: quantitative("y") },
  }, options);
}

/** Returns a line through (x, y) in the order given. */
export function line(
  { x, y, dashed = false, ...options }: MarkOptions & { x: Values; y: Values; dashed?: boolean },
): Mark {
  const values = rows("a line", { x, y }, options.by).map((row, i) => ({ ...row, i }));
  const order = { field: "i", type: "quantitative" };
  return styled({
    data: { values },
    mark: { type: "line", ...(dashed && { strokeDash: [5, 3] }) },
    encoding: { x: quantitative("x"), y: quantitative("y"), order },
  }, options);
}

/** Returns the area between `low` and `high` over `x`: an interval that changes with x. */
export function band(options: MarkOptions & { x: Values; low: Values; high: Values }): Mark {
  return between("a band", { type: "area", opacity: 0.25 }, options);
}

/** Returns vertical bars from `low` to `high` at `x`: one interval each. */
export function intervals(options: MarkOptions & { x: Values; low: Values; high: Values }): Mark {
  return between("intervals", { type: "rule", opacity: 0.6 }, options);
}

const between = (
  name: string,
  mark: object,
  { x, low, high, ...options }: Parameters<typeof band>[0],
): Mark =>
  styled({
    data: { values: rows(name, { x, low, high }, options.by) },
    mark,
    encoding: { x: quantitative("x"), y: quantitative("low"), y2: { field: "high" } },
  }, options);

/** Returns a vertical or horizontal line across the chart, at a value. */
export function reference(
  { x, y, ...options }: MarkOptions & { x?: number; y?: number },
): Mark {
  const channel = x !== undefined ? "x" : "y", value = x ?? y;
  if (value === undefined) throw new Error("Cannot draw a reference line: give x or y");
  return styled({
    data: { values: rows("a reference line", { value: [value] }) },
    mark: { type: "rule", strokeDash: [5, 3], color: "#555" },
    encoding: { [channel]: quantitative("value") },
  }, { ...options, by: undefined });
}
