import { rounded } from "./digits.ts";
import { quantitative, rows, styled } from "./encode.ts";
import type { Mark, MarkOptions, Values } from "./encode.ts";

/**
 * Returns the density of `values` (by group), smoothed with a Gaussian kernel.
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
  const low = known.reduce((a, b) => Math.min(a, b)), high = known.reduce((a, b) => Math.max(a, b));
  const pad = (high - low) / 5;
  return styled({
    data: { values: data },
    transform: [{
      density: "value",
      bandwidth,
      extent: rounded([low - pad, high + pad]),
      steps: 120,
      ...(options.by !== undefined && { groupby: ["by"] }),
    }],
    mark: { type: "area", opacity: 0.45, line: true },
    encoding: { x: quantitative("value"), y: { field: "density", type: "quantitative", stack: null } },
  }, options);
}

/** Returns counts of `values` in about `bins` intervals of equal width (default 20). */
export function histogram(
  { values, bins = 20, ...options }: MarkOptions & { values: Values; bins?: number },
): Mark {
  return styled({
    data: { values: rows("a histogram", { value: values }, options.by) },
    mark: { type: "bar", opacity: 0.6 },
    encoding: {
      x: { field: "value", type: "quantitative", bin: { maxbins: bins } },
      y: { aggregate: "count", type: "quantitative", stack: null },
    },
  }, options);
}

/**
 * Returns ellipses of equal density of a two-dimensional normal distribution.
 *
 * @param options `mean` of the two variables, their `covariance`, and the `levels`: how much
 * probability each ellipse holds (default 0.5 and 0.9). Throws where the covariance is not positive
 * definite.
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
  // The covariance's Cholesky factor maps circles to ellipses; P(radius < r) = 1 - exp(-r^2 / 2).
  const l11 = Math.sqrt(xx), l21 = xy / l11, l22 = Math.sqrt(determinant) / l11, corners = 72;
  const corner = levels.flatMap((level) =>
    Array.from({ length: corners + 1 }, (_, i) => {
      const radius = Math.sqrt(-2 * Math.log1p(-level)), angle = 2 * Math.PI * i / corners;
      return { u: radius * Math.cos(angle), v: radius * Math.sin(angle), i, level };
    })
  );
  const x = rounded(corner.map(({ u }) => mean[0] + l11 * u));
  const y = rounded(corner.map(({ u, v }) => mean[1] + l21 * u + l22 * v));
  const values = corner.map(({ i, level }, k) => ({
    x: x[k],
    y: y[k],
    i,
    level,
    ...(options.by !== undefined && { by: String(options.by) }),
  }));
  return styled({
    data: { values },
    mark: { type: "line" },
    encoding: {
      x: quantitative("x"),
      y: quantitative("y"),
      order: { field: "i", type: "quantitative" },
      detail: { field: "level", type: "nominal" },
    },
  }, options);
}
