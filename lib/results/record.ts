import { formatPlain } from "../system/mod.ts";
import type { ProfileName } from "./profile.ts";
import type { Direction, Target } from "./target.ts";

/** Names the form of a record; it changes when the form does. */
export const RECORD_SCHEMA = "pyrosaur/result/2";

/** The form before, which is still read: its records have no `set`, and metrics no `values`. */
export const FIRST_SCHEMA = "pyrosaur/result/1";

/** One measured number. */
export interface Metric {
  /** A path, as `autonormal/a/mean`. */
  name: string;
  /** The value; null where it was not finite. */
  value: number | null;
  /** Its standard error; null where unknown. */
  se: number | null;
  /** The number of values it is the mean of. */
  n: number;
  /** These values, where there is one for each seed of several; else null. */
  values: (number | null)[] | null;
  /** Such as `nats`; empty for a plain number. */
  unit: string;
  /** The way in which it is better. */
  direction: Direction;
  /** Its target. */
  target: Pick<Target, "value" | "tolerance" | "source"> | null;
}

/** A data set that was used. */
export interface DataRecord {
  /** Its name. */
  name: string;
  /** SHA-256 of its contents; null for simulated data. */
  sha256: string | null;
  /** Its origin. */
  source: string;
  /** True for a simulated one. */
  simulated: boolean;
}

/** The code that ran. */
export interface CodeRecord {
  /** Git's commit; null outside a repository. */
  commit: string | null;
  /** Git's branch; null outside a repository or where none is checked out. */
  branch: string | null;
  /** True where code differed from the commit; null outside a repository. */
  dirty: boolean | null;
  /** SHA-256 of the experiment's own sources. */
  hash: string;
}

/** The software and the machine that it ran on. */
export interface EnvironmentRecord {
  /** Deno's version. */
  deno: string;
  /** V8's version. */
  v8: string;
  /** Operating system and architecture. */
  os: string;
  /** The processor's name. */
  cpu: string;
  /** The processors that the process may run on, as the operating system counts them. */
  cores: number;
  /** The engine; of `auto` also those it took, and if numbers were multiplied and added at once. */
  engine: string;
  /** The device. */
  device: string;
  /** Element type of floats. */
  dtype: string;
  /** Versions of npm packages by name. */
  packages: Record<string, string>;
}

/** A file a run wrote. */
export interface ArtifactRecord {
  /** Its path from the folder of results. */
  path: string;
  /** SHA-256 of its contents. */
  sha256: string;
}

/** The record of one run of an experiment, as `results/<experiment>/<profile>.json` holds it. */
export interface RunRecord {
  /** `RECORD_SCHEMA`. */
  schema: string;
  /** The experiment's name. */
  experiment: string;
  /** The experiment's title. */
  title: string;
  /** The profile. */
  profile: ProfileName;
  /** Its end. */
  status: "ok" | "failed";
  /** The error of a failed run. */
  error: string | null;
  /** True where any of the data were simulated. */
  simulated: boolean;
  /** The profile's settings. */
  config: Record<string, unknown>;
  /** Those of the settings that a run was given in the place of the profile's, by their paths. */
  set: Record<string, unknown>;
  /** The seeds. */
  seeds: number[];
  /** The data sets. */
  data: DataRecord[];
  /** The code. */
  code: CodeRecord;
  /** The machine. */
  environment: EnvironmentRecord;
  /** Its beginning, ISO 8601; of a run that was resumed, that of the last part. */
  started: string;
  /** Its duration; of a run that was resumed, that of all its parts. */
  seconds: number;
  /** Its metrics. */
  metrics: Metric[];
  /** The files beside it. */
  artifacts: ArtifactRecord[];
}

/**
 * Tells whether a metric meets its target; null where it has none. A value that is not finite meets
 * none.
 *
 * @example Within the tolerance
 * ```ts
 * import { meetsTarget, type Metric } from "@pyrosaur/pyrosaur/results";
 * import assert from "node:assert/strict";
 *
 * const target = { value: 9.2, tolerance: 0.1, source: "the parameter the data were drawn at" };
 * const direction = "target", measured = { value: 9.25, se: null, n: 1, values: null, unit: "" };
 * const metric: Metric = { name: "a/mean", direction, target, ...measured };
 * assert.equal(meetsTarget(metric), true);
 * assert.equal(meetsTarget({ ...metric, value: 9 }), false);
 * assert.equal(meetsTarget({ ...metric, target: null }), null);
 * ```
 */
export function meetsTarget(metric: Metric): boolean | null {
  if (metric.target === null) return null;
  return metric.value !== null && shortfall(metric) <= metric.target.tolerance;
}

/**
 * Returns the distance of a metric from its target; 0 where it is better, for the directions
 * `lower` and `higher`, and infinite where it is not finite or has no target.
 */
export function shortfall({ value, direction, target }: Metric): number {
  if (value === null || target === null) return Infinity;
  const above = value - target.value;
  return direction === "target" ? Math.abs(above) : Math.max(0, direction === "lower" ? above : -above);
}

const LINE_EACH = new Set(["metrics", "artifacts", "data"]);

/**
 * Formats a record, a metric or file a line, so that git shows changes alone. In its configuration
 * numbers that JSON lacks are kept apart; functions are left out.
 */
export function formatRecord(record: RunRecord): string {
  const plain = (value: unknown) => JSON.parse(formatPlain(value, { omitFunctions: true }));
  const own = { ...record, config: plain(record.config), set: plain(record.set) };
  const parts = Object.entries(own).map(([key, value]) => {
    const name = JSON.stringify(key);
    if (!LINE_EACH.has(key)) {
      const text = Array.isArray(value)
        ? JSON.stringify(value)
        : JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");
      return `  ${name}: ${text}`;
    }
    const entries = (value as unknown[]).map((entry) => `    ${JSON.stringify(entry)}`);
    return `  ${name}: [${entries.length > 0 ? `\n${entries.join(",\n")}\n  ` : ""}]`;
  });
  return `{\n${parts.join(",\n")}\n}\n`;
}
