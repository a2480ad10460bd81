/** Looks at draws. @module */
export {
  bfmi,
  type Chains,
  chainsOf,
  effectiveSampleSize,
  essBulk,
  essMean,
  essQuantile,
  essSd,
  essTail,
  mcseMean,
  mcseQuantile,
  mcseSd,
  rHat,
  splitRHat,
} from "../../statistics/mod.ts";
export { loo, looPit, type LooResult, type PredictiveAccuracy, waic } from "./loo.ts";
export { paretoK, type SmoothedWeights, smoothWeights } from "./psis.ts";
export {
  type DrawnChains,
  type NamedDraws,
  Summary,
  summary,
  type SummaryOptions,
  type SummaryRow,
} from "./summary.ts";
