/** Numbers of one variable, in any array type. */
export type Values = ArrayLike<number>;

/** A name for a whole mark, or one for each of its values: what the colour tells apart, and the legend explains. */
export type Group = string | readonly string[];

/** A layer of a chart: part of a Vega-Lite specification. */
export type Mark = Readonly<Record<string, unknown>>;

/** What any mark may say of itself. */
export interface MarkOptions {
  /** Groups told apart by colour. Default: none, and no legend. */
  readonly by?: Group;
  /** From 0 (invisible) to 1. */
  readonly opacity?: number;
  /** A colour of its own, for a mark without groups. */
  readonly color?: string;
}

type Row = Record<string, number | string | null>;

/** Six digits are more than a figure shows, and keep its file small; Vega-Lite knows no NaN and no infinity. */
const rounded = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toPrecision(6)) : null;

/** Rows from columns of equal length, with the group of each. Throws where lengths differ. */
function rows(mark: string, columns: Record<string, Values>, by?: Group): Row[] {
  const lengths = Object.entries(columns).map(([name, values]) => [name, values.length] as const);
  if (Array.isArray(by)) lengths.push(["by", by.length]);
  const [[, length]] = lengths, odd = lengths.find(([, n]) => n !== length);
  if (odd) {
    throw new Error(
      `Cannot draw ${mark}: ${lengths[0][0]} has ${length} values, but ${odd[0]} has ${odd[1]}`,
    );
  }
  return Array.from({ length }, (_, i) => {
    const row: Row = {};
    for (const name in columns) row[name] = rounded(columns[name][i]);
    if (by !== undefined) row.by = typeof by === "string" ? by : by[i];
    return row;
  });
}

const quantitative = (field: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  field,
  type: "quantitative",
  scale: { zero: false },
  ...more,
});

/** The colour channel of a mark with groups, or nothing. */
function maybeColor(by: Group | undefined): Record<string, unknown> {
  return by === undefined ? {} : { color: { field: "by", type: "nominal", title: null } };
}

/** The fixed look of a mark, without what was not said. */
function maybeLook({ opacity, color }: MarkOptions): Record<string, unknown> {
  return { ...(opacity !== undefined && { opacity }), ...(color !== undefined && { color }) };
}

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

/** A line through (x, y) in the order given. */
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

/** The area between `low` and `high` over `x`: an interval that changes with x. */
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

/**
 * The density of `values` (by group), smoothed with a Gaussian kernel.
 *
 * @param options `bandwidth` of the kernel (default: Scott's rule)
 */
export function density(
  { values, bandwidth = 0, ...options }: MarkOptions & { values: Values; bandwidth?: number },
): Mark {
  const data = rows("a density", { value: values }, options.by);
  const known = data.map((row) => row.value).filter((v) => v !== null) as number[];
  if (known.length < 2) {
    throw new Error(`Cannot draw a density: found ${known.length} finite values, expected at least 2`);
  }
  const low = known.reduce((a, b) => Math.min(a, b)),
    high = known.reduce((a, b) => Math.max(a, b)),
    pad = (high - low) / 5;
  return {
    data: { values: data },
    transform: [{
      density: "value",
      bandwidth,
      extent: [rounded(low - pad), rounded(high + pad)],
      steps: 120,
      ...(options.by !== undefined && { groupby: ["by"] }),
    }],
    mark: { type: "area", opacity: 0.45, line: true, ...maybeLook(options) },
    encoding: {
      x: quantitative("value"),
      y: { field: "density", type: "quantitative", stack: null },
      ...maybeColor(options.by),
    },
  };
}

/** Counts of `values` in `bins` intervals of equal width or a few more or less (default 20). */
export function histogram(
  { values, bins = 20, ...options }: MarkOptions & { values: Values; bins?: number },
): Mark {
  return {
    data: { values: rows("a histogram", { value: values }, options.by) },
    mark: { type: "bar", opacity: 0.6, ...maybeLook(options) },
    encoding: {
      x: { field: "value", type: "quantitative", bin: { maxbins: bins } },
      y: { aggregate: "count", type: "quantitative", stack: null },
      ...maybeColor(options.by),
    },
  };
}

/** A vertical or horizontal line across the chart, at a value. */
export function reference({ x, y, ...options }: MarkOptions & { x?: number; y?: number }): Mark {
  const channel = x !== undefined ? "x" : "y", value = x ?? y;
  if (value === undefined) throw new Error("Cannot draw a reference line: give x or y");
  return {
    data: { values: [{ value: rounded(value) }] },
    mark: { type: "rule", strokeDash: [5, 3], color: "#555", ...maybeLook(options) },
    encoding: { [channel]: quantitative("value") },
  };
}

/**
 * Ellipses of equal density of a two-dimensional normal distribution.
 *
 * @param options `mean` of the two variables, their `covariance`, and the `levels`: how much probability each ellipse holds
 * (default 0.5 and 0.9). Throws where the covariance is not positive definite.
 */
export function ellipses(
  { mean, covariance, levels = [0.5, 0.9], ...options }: MarkOptions & {
    mean: readonly [number, number];
    covariance: readonly [readonly [number, number], readonly [number, number]];
    levels?: readonly number[];
  },
): Mark {
  const [[xx, xy], [, yy]] = covariance, determinant = xx * yy - xy * xy;
  if (!(xx > 0 && determinant > 0)) {
    throw new Error(
      `Cannot draw ellipses: the covariance [[${xx}, ${xy}], [${xy}, ${yy}]] is not positive definite`,
    );
  }
  // The covariance's Cholesky factor maps circles to the ellipses; P(radius < r) = 1 - exp(-r^2 / 2).
  const l11 = Math.sqrt(xx), l21 = xy / l11, l22 = Math.sqrt(determinant) / l11, corners = 72;
  const values = levels.flatMap((level) =>
    Array.from({ length: corners + 1 }, (_, i) => {
      const radius = Math.sqrt(-2 * Math.log1p(-level)), angle = 2 * Math.PI * i / corners;
      const u = radius * Math.cos(angle), v = radius * Math.sin(angle);
      return {
        x: rounded(mean[0] + l11 * u),
        y: rounded(mean[1] + l21 * u + l22 * v),
        i,
        level,
        ...(options.by !== undefined && { by: String(options.by) }),
      };
    })
  );
  return {
    data: { values },
    mark: { type: "line", ...maybeLook(options) },
    encoding: {
      x: quantitative("x"),
      y: quantitative("y"),
      order: { field: "i", type: "quantitative" },
      detail: { field: "level", type: "nominal" },
      ...maybeColor(options.by),
    },
  };
}
