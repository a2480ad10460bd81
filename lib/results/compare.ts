import { canonicalJson, checkOptions, groupBy, type OptionNames } from "../system/mod.ts";
import { formatCell } from "../plot/mod.ts";
import { chanceOf, differenceOf, holm } from "./difference.ts";
import { type EqualCode, judge, type Judged, obstacle, type Verdict } from "./judge.ts";
import type { Metric, RunRecord } from "./record.ts";
import type { RecordSet } from "./revision.ts";

/** One line of a comparison. */
export interface ComparisonRow {
  /** The experiment. */
  experiment: string;
  /** The profile, and settings that are not its own: `quick steps=100`. */
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
  /** The number of seeds by which both sides are paired; null where they are not. */
  pairs: number | null;
  /**
   * The probability that the metric gets so much worse by chance; null where no error says so, or
   * nothing says which way is worse.
   */
  chance: number | null;
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
  /** The engines of runs that differ in theirs, a line for each pair of engines. */
  engines: string[];
}

const isSameAim = ({ target: b }: Metric, { target: a }: Metric): boolean =>
  b?.value === a?.value && b?.tolerance === a?.tolerance;

/**
 * Returns the profile of a run, and the settings that are not its own but for the number of seeds.
 */
function placeOf({ profile, set: { seeds: _, ...set } = {} }: RunRecord): string {
  const settings = Object.entries(set).map(([path, value]) =>
    ` ${path}=${typeof value === "string" ? value : canonicalJson(value)}`
  );
  return profile + settings.sort().join("");
}

function compareRuns(
  before: RunRecord | undefined,
  after: RunRecord | undefined,
  labels: [string, string],
  equal: EqualCode,
): ComparisonRow[] {
  const { experiment } = (before ?? after)!, profile = placeOf((before ?? after)!);
  const row = (metric: string, b?: Metric, a?: Metric, judged?: Judged): ComparisonRow => {
    const from = b?.value ?? null, to = a?.value ?? null;
    const difference = differenceOf(b, a, [before?.seeds ?? [], after?.seeds ?? []]);
    const { change, se, pairs } = difference, verdict = judged ?? judge(b!, a!, change, se);
    // A target that was moved is no chance.
    const isTested = b && a && verdict.verdict !== "not comparable" && isSameAim(b, a);
    const chance = isTested ? chanceOf(b, a, difference) : null;
    return { experiment, profile, metric, before: from, after: to, change, se, pairs, chance, ...verdict };
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

/** Says which runs, on both sides, were computed by different engines. */
function engineLines(pairs: readonly (readonly [RunRecord, RunRecord])[]): string[] {
  const named = pairs.map((pair) => ({ run: pair[1], engines: pair.map((side) => side.environment.engine) }));
  const different = named.filter(({ engines: [b, a] }) => b !== a && b !== "" && a !== "");
  const groups = groupBy(different, ({ engines }) => engines.join("\0"));
  return [...groups.values()].map((group) => {
    const [before, after] = group[0].engines;
    const runs = group.map(({ run }) => `${run.experiment} ${placeOf(run)}`).join(", ");
    return `Engines differ, and digits with them: ${before}, then ${after}, in ${runs}`;
  });
}

/**
 * Compares two sets of records, metric by metric. A change within two standard errors is noise;
 * beyond it the metric's direction, or the distance from its target, says whether it is better.
 * Runs on other data, with other code of the experiment or other settings are not comparable, nor
 * is one profile ever compared with another; nor are different `--set` settings. Seeds that both
 * sides have are held against each other.
 *
 * @param equalCode hashes of code that gives the same numbers (default: none but equal hashes)
 */
export function compareRecords(before: RecordSet, after: RecordSet, equalCode: EqualCode = {}): Comparison {
  const keyOf = (r: RunRecord) => `${r.experiment}/${placeOf(r)}`;
  const sides = [before, after].map((side) => new Map(side.records.map((r) => [keyOf(r), r])));
  const keys = [...new Set(sides.flatMap((side) => [...side.keys()]))].sort();
  const rows = keys.flatMap((k) =>
    compareRuns(sides[0].get(k), sides[1].get(k), [before.label, after.label], equalCode)
  );
  const pairs = keys.flatMap((k) => {
    const [b, a] = sides.map((side) => side.get(k));
    return b && a ? [[b, a] as const] : [];
  });
  return { before: before.label, after: after.label, rows, engines: engineLines(pairs) };
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
    const none = { before: null, after: null, change: null, se: null, pairs: null, chance: null };
    if (isWhole) return [{ ...first, ...none, metric: `(${run.length} metrics)` }];
    return run.filter((row) =>
      row.verdict === "not comparable" ? row.change !== 0 : row.verdict !== "within noise"
    );
  });
  return { ...sides, rows: changed };
}

/** The rate of false alarms where none is given. */
export const FALSE_ALARMS = 0.05;

/** The rule by which regressions count. */
export interface RegressionOptions {
  /** The rate of false alarms (default 0.05). */
  readonly rate?: number;
  /** True to count also what is worse and has no standard error to be tested by (default false). */
  readonly strict?: boolean;
}

const optionNames: OptionNames<RegressionOptions> = { rate: true, strict: true };

/** The regressions among comparisons, and what they were found by. */
export interface Regressions {
  /** The lines that count. */
  readonly rows: readonly ComparisonRow[];
  /** The number of metrics that were tested. */
  readonly tests: number;
  /** The number of metrics that look worse, but have no standard error to be tested by. */
  readonly untested: number;
}

/**
 * Returns the regressions. A metric that has standard errors counts where it is significantly
 * worse: of comparisons in which nothing has changed, at most the share `rate` has any (Holm's
 * method, over all their metrics). A run that fails newly counts always, as does a metric that is
 * not finite any more, or misses a target newly and has no standard error or another target.
 */
export function regressionsOf(
  comparisons: readonly Comparison[],
  options: RegressionOptions = {},
): Regressions {
  checkOptions("look for regressions", options, optionNames);
  const { rate = FALSE_ALARMS, strict = false } = options;
  const rows = comparisons.flatMap((comparison) => comparison.rows);
  const tested = rows.filter(({ chance }) => chance !== null);
  const rejected = holm(tested.map(({ chance }) => chance!), rate);
  const significant = new Set(tested.filter((_, i) => rejected[i]));
  const counts = (row: ComparisonRow) =>
    row.verdict === "newly failing" && (row.chance === null || significant.has(row)) ||
    row.verdict === "worse" && (row.chance === null ? strict : significant.has(row));
  const untested = rows.filter(({ verdict, chance }) => verdict === "worse" && chance === null).length;
  return { rows: rows.filter(counts), tests: tested.length, untested };
}

/** Tells whether there are regressions, as `regressionsOf` does. */
export function hasRegression(comparison: Comparison, options: RegressionOptions = {}): boolean {
  return regressionsOf([comparison], options).rows.length > 0;
}

/** Returns the number of lines of each verdict, as text. */
export function summarise({ rows }: Comparison): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return rows.length === 0
    ? "nothing to compare"
    : [...counts].map(([verdict, n]) => `${formatCell(n)} ${verdict}`).join(", ");
}
