/** Draws with importance weights. @module */
export { Importance, type ImportanceOptions } from "./importance.ts";
export { ImportanceResult } from "./result.ts";
