/** Predictions. @module */
export { type Draws, Predictive, type PredictiveOptions } from "./predictive.ts";
