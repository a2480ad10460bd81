import { groupBy } from "../system/mod.ts";
import { formatCell } from "../plot/mod.ts";
import { type EqualCode, judge, type Judged, obstacle, type Verdict } from "./judge.ts";
import type { Metric, RunRecord } from "./record.ts";
import type { RecordSet } from "./revision.ts";

/** One line of a comparison. */
export interface ComparisonRow {
  /** The experiment. */
  experiment: string;
  /** The profile. */
  profile: string;
  /** The metric; `(run)` where a line is about the run as a whole. */
  metric: string;
  /** Its value on the first side; null where there is none. */
  before: number | null;
  /** Its value on the second side. */
  after: number | null;
  /** `after - before`. */
  change: number | null;
  /** Standard error of the change; null where neither side has one. */
  se: number | null;
  /** The verdict. */
  verdict: Verdict;
  /** Its reason, where the numbers alone do not say it. */
  reason: string;
}

/** Two sides compared. */
export interface Comparison {
  /** The first side's label. */
  before: string;
  /** The second side's label. */
  after: string;
  /** A line a metric, by experiment, profile and the order of the record. */
  rows: ComparisonRow[];
}

function compareRuns(
  before: RunRecord | undefined,
  after: RunRecord | undefined,
  labels: [string, string],
  equal: EqualCode,
): ComparisonRow[] {
  const { experiment, profile } = (before ?? after)!;
  const row = (metric: string, b?: Metric, a?: Metric, judged?: Judged): ComparisonRow => {
    const from = b?.value ?? null, to = a?.value ?? null;
    const change = from === null || to === null ? null : to - from;
    const se = b?.se == null && a?.se == null ? null : Math.hypot(b?.se ?? 0, a?.se ?? 0);
    const verdict = judged ?? judge(b!, a!, change, se);
    return { experiment, profile, metric, before: from, after: to, change, se, ...verdict };
  };
  const whole = (
    verdict: Verdict,
    reason: string,
  ) => [row("(run)", undefined, undefined, { verdict, reason })];
  const incomparable = (reason: string): Judged => ({ verdict: "not comparable", reason });

  if (!before || !after) return whole("not comparable", `only in ${labels[before ? 0 : 1]}`);
  if (before.status !== after.status) {
    return after.status === "failed"
      ? whole("newly failing", `the run fails: ${after.error?.split("\n")[0]}`)
      : whole("newly passing", "the run succeeds now");
  }
  if (after.status === "failed") return whole("not comparable", "the run fails on both sides");

  const different = obstacle(before, after, equal);
  const names = new Set([...after.metrics, ...before.metrics].map((m) => m.name));
  const sides = [before, after].map(({ metrics }) => new Map(metrics.map((m) => [m.name, m])));
  return [...names].map((name) => {
    const [b, a] = sides.map((side) => side.get(name));
    if (different) return row(name, b, a, incomparable(different));
    if (!b || !a) return row(name, b, a, incomparable(`only in ${labels[b ? 0 : 1]}`));
    return row(name, b, a);
  });
}

/**
 * Compares two sets of records, metric by metric. A change within two standard errors is noise;
 * beyond it the metric's direction, or the distance from its target, says whether it is better.
 * Runs on other data, with other code of the experiment or other settings are not comparable, nor
 * is one profile ever compared with another.
 *
 * @param equalCode hashes of code that gives the same numbers (default: none but equal hashes)
 */
export function compareRecords(before: RecordSet, after: RecordSet, equalCode: EqualCode = {}): Comparison {
  const keyOf = (r: RunRecord) => `${r.experiment}/${r.profile}`;
  const sides = [before, after].map((side) => new Map(side.records.map((r) => [keyOf(r), r])));
  const keys = [...new Set(sides.flatMap((side) => [...side.keys()]))].sort();
  const rows = keys.flatMap((k) =>
    compareRuns(sides[0].get(k), sides[1].get(k), [before.label, after.label], equalCode)
  );
  return { before: before.label, after: after.label, rows };
}

/**
 * Returns the lines in which something changed: a number, or a verdict (as where a target became
 * narrower); so whatever `hasRegression` counts. A run that cannot be compared for one reason is
 * one line, `(12 metrics)`.
 */
export function onlyChanged({ rows, ...sides }: Comparison): Comparison {
  const runs = groupBy(rows, ({ experiment, profile }) => `${experiment}/${profile}`);
  const changed = [...runs.values()].flatMap((run) => {
    const [first] = run, { verdict, reason } = first;
    const isWhole = run.length > 1 && verdict === "not comparable" &&
      run.every((row) => row.verdict === verdict && row.reason === reason);
    const none = { before: null, after: null, change: null, se: null };
    if (isWhole) return [{ ...first, ...none, metric: `(${run.length} metrics)` }];
    return run.filter((row) =>
      row.verdict === "not comparable" ? row.change !== 0 : row.verdict !== "within noise"
    );
  });
  return { ...sides, rows: changed };
}

const isRegression = ({ verdict }: ComparisonRow) => verdict === "worse" || verdict === "newly failing";

/** Tells whether anything is worse or newly failing. */
export function hasRegression({ rows }: Comparison): boolean {
  return rows.some(isRegression);
}

/** Returns the number of lines of each verdict, as text. */
export function summarise({ rows }: Comparison): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return rows.length === 0
    ? "nothing to compare"
    : [...counts].map(([verdict, n]) => `${formatCell(n)} ${verdict}`).join(", ");
}
