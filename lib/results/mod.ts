/** Experiments and results: records, their store, and the comparison of revisions. @module */
export * from "./experiment.ts";
export * from "./context.ts";
export * from "./profile.ts";
export * from "./target.ts";
export * from "./record.ts";
export * from "./schema.ts";
export * from "./validate.ts";
export { readRecord, readRecords, RECORD_PATH } from "./read_records.ts";
export * from "./store.ts";
export * from "./stored.ts";
export { metricsTable, recordMarkdown, resultsReadme, targetText, targetVerdict } from "./readme.ts";
export * from "./summary.ts";
export * from "./git.ts";
export * from "./revision.ts";
export * from "./compare.ts";
export type { EqualCode, Verdict } from "./judge.ts";
export * from "./format_comparison.ts";
