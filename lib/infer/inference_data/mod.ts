/** Draws, statistics and data for ArviZ. @module */
export type { Coords, Group, Variable } from "./groups.ts";
export { InferenceData } from "./inference_data.ts";
export { type InferenceDataOptions, toInferenceData } from "./to_inference_data.ts";
