/** Looks at draws. @module */
export { Summary, summary, type SummaryOptions, type SummaryRow } from "./summary.ts";
