import { mean, standardError } from "../../lib/statistics/mod.ts";
import type { Metric, MetricOptions, Target } from "../../lib/results/mod.ts";

/** Names of metrics: parts without spaces, put together by slashes. */
const METRIC_NAME = /^[^\s/]+(\/[^\s/]+)*$/;

const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

/**
 * Makes a metric of what an experiment reports with a number of seeds (default 1). Throws on a bad
 * name and on an empty list.
 */
export function makeMetric(
  name: string,
  given: number | ArrayLike<number>,
  target: Target | null,
  { se, n, unit = "", direction = "target" }: MetricOptions,
  seeds: number = 1,
): Metric {
  if (!METRIC_NAME.test(name)) {
    throw new Error(`Invalid name of a metric "${name}": expected parts without spaces, put together by "/"`);
  }
  const values = typeof given === "number" ? [given] : Array.from(given);
  if (values.length === 0) throw new Error(`Cannot report the metric "${name}": it has no values`);
  return {
    name,
    value: finite(mean(values)),
    se: finite(se === undefined ? standardError(values) : se),
    n: n ?? values.length,
    values: seeds > 1 && values.length === seeds ? values.map(finite) : null,
    unit,
    direction,
    target: target && { value: target.value, tolerance: target.tolerance, source: target.source },
  };
}
