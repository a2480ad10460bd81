/** Experiments and results: records, their store, and the comparison of revisions. @module */
export type { Experiment, Task } from "./experiment.ts";
export type { Context, MetricOptions, Reporting, Settings } from "./context.ts";
export { type Profile, type ProfileName, PROFILES, type Profiles } from "./profile.ts";
export type { Direction, Target } from "./target.ts";
export {
  type ArtifactRecord,
  type CodeRecord,
  type DataRecord,
  type EnvironmentRecord,
  formatRecord,
  meetsTarget,
  type Metric,
  RECORD_SCHEMA,
  type RunRecord,
} from "./record.ts";
export { recordSchema } from "./schema.ts";
export { parseRecord, validateRecord } from "./validate.ts";
export { type Artifacts, readRecords, RECORD_PATH, writeIndex, writeRun } from "./store.ts";
export { bestProfiles, type StoredResult, storedResult } from "./stored.ts";
export { metricsTable, recordMarkdown, resultsReadme, targetVerdict } from "./readme.ts";
export { resultsSummary, targetsMet } from "./summary.ts";
export { git, resolveRevision } from "./git.ts";
export { readRevision, readWorkTree, type RecordSet, type RevisionOptions } from "./revision.ts";
export {
  compareRecords,
  type Comparison,
  type ComparisonRow,
  hasRegression,
  onlyChanged,
  summarise,
} from "./compare.ts";
export type { EqualCode, Verdict } from "./judge.ts";
export { type ComparisonFormat, comparisonTable, formatComparison } from "./format_comparison.ts";
