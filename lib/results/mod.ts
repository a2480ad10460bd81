/** Experiments and what comes of them: records, their store, and the comparison of two revisions. @module */
export type {
  Context,
  Direction,
  Experiment,
  MetricOptions,
  Profile,
  ProfileName,
  Profiles,
  ProgressBar,
  Target,
} from "./experiment.ts";
export { PROFILES } from "./experiment.ts";
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
export { metricsTable, recordMarkdown, resultsReadme, resultsSummary, targetVerdict } from "./readme.ts";
export { git, resolveRevision } from "./git.ts";
export { readRevision, readWorkTree, type RecordSet, type RevisionOptions } from "./revision.ts";
export {
  compareRecords,
  type Comparison,
  type ComparisonRow,
  hasRegression,
  onlyChanged,
  summarise,
  type Verdict,
} from "./compare.ts";
export { type ComparisonFormat, comparisonTable, formatComparison } from "./format_comparison.ts";
