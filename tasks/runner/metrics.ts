import type { Metric, MetricOptions, Target } from "../../lib/results/mod.ts";

/** Names of metrics: parts without spaces, put together by slashes. */
const METRIC_NAME = /^[^\s/]+(\/[^\s/]+)*$/;

/** Mean and its standard error (null for fewer than two values). */
function summary(values: number[]): { mean: number; se: number | null } {
  const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, se: null };
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { mean, se: Math.sqrt(variance / n) };
}

const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

/** Makes a metric of what an experiment reports. Throws on a bad name and on an empty list. */
export function makeMetric(
  name: string,
  given: number | ArrayLike<number>,
  target: Target | null,
  { se, n, unit = "", direction = "target" }: MetricOptions,
): Metric {
  if (!METRIC_NAME.test(name)) {
    throw new Error(`Invalid name of a metric "${name}": expected parts without spaces, put together by "/"`);
  }
  const values = typeof given === "number" ? [given] : Array.from(given);
  if (values.length === 0) throw new Error(`Cannot report the metric "${name}": it has no values`);
  const computed = summary(values);
  return {
    name,
    value: finite(computed.mean),
    se: finite(se === undefined ? computed.se : se),
    n: n ?? values.length,
    unit,
    direction,
    target: target && { value: target.value, tolerance: target.tolerance, source: target.source },
  };
}
