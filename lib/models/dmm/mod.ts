/** The Deep Markov Model. @module */
export { type DMM, dmm, type DMMOptions, type DMMParams, type Notes } from "./dmm.ts";
