/** Looks at draws. @module */
export { type NamedDraws, Summary, summary, type SummaryOptions, type SummaryRow } from "./summary.ts";
