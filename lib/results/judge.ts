import { canonicalJson } from "../system/mod.ts";
import { meetsTarget, type Metric, type RunRecord } from "./record.ts";

/** The fate of a metric. */
export type Verdict =
  | "better"
  | "worse"
  | "within noise"
  | "newly failing"
  | "newly passing"
  | "not comparable";

/** The number of standard errors within which a change is noise. */
const NOISE = 2;

/** Differences of rounding between machines; no metric is known better. */
const ROUNDING = 1e-12;

/** A verdict on a metric. */
export interface Judged {
  /** The verdict. */
  readonly verdict: Verdict;
  /** Its reason, where the numbers alone do not say it. */
  readonly reason: string;
}

/** Judges a change of a metric by noise, direction and target. */
export function judge(before: Metric, after: Metric, change: number | null, se: number | null): Judged {
  if (before.unit !== after.unit || before.direction !== after.direction) {
    return { verdict: "not comparable", reason: "its unit or direction differs" };
  }
  if (change === null) {
    if (before.value === after.value) return { verdict: "not comparable", reason: "not finite in both" };
    return after.value === null
      ? { verdict: "newly failing", reason: "not finite any more" }
      : { verdict: "newly passing", reason: "finite now" };
  }
  const met = [meetsTarget(before), meetsTarget(after)];
  if (met[0] === true && met[1] === false) {
    return { verdict: "newly failing", reason: "misses its target now" };
  }
  if (met[0] === false && met[1] === true) {
    return { verdict: "newly passing", reason: "meets its target now" };
  }
  const rounding = ROUNDING * Math.max(Math.abs(before.value!), Math.abs(after.value!));
  if (Math.abs(change) <= Math.max(NOISE * (se ?? 0), rounding)) {
    return { verdict: "within noise", reason: "" };
  }
  if (after.direction !== "target") {
    return { verdict: (after.direction === "lower") === (change < 0) ? "better" : "worse", reason: "" };
  }
  if (!after.target) {
    return { verdict: "not comparable", reason: "moved, and it has no target that says which way is better" };
  }
  const distance = (metric: Metric) => Math.abs(metric.value! - after.target!.value);
  return { verdict: distance(after) < distance(before) ? "better" : "worse", reason: "" };
}

/**
 * Groups of hashes of an experiment's code, by its name: codes of one group give the same numbers.
 */
export type EqualCode = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Tells whether two runs are of code that gives the same numbers. */
function isSameCode({ experiment, code: { hash } }: RunRecord, after: RunRecord, equal: EqualCode): boolean {
  const groups = Object.hasOwn(equal, experiment) ? equal[experiment] : [];
  return hash === after.code.hash ||
    groups.some((group) => group.includes(hash) && group.includes(after.code.hash));
}

/**
 * Returns why two runs of one experiment and profile cannot be compared; undefined where they can.
 */
export function obstacle(before: RunRecord, after: RunRecord, equal: EqualCode): string | undefined {
  const data = ({ data }: RunRecord) =>
    data.map((d) => `${d.name} ${d.simulated ? d.source : d.sha256}`).sort().join();
  if (before.simulated !== after.simulated) return "other data: simulated on one side, real on the other";
  if (data(before) !== data(after)) return "other data";
  if (!isSameCode(before, after, equal)) return "other code of the experiment";
  if (canonicalJson(before.config) !== canonicalJson(after.config)) return "other settings";
}
