/** Looks at draws. @module */
export { bfmi } from "./bfmi.ts";
export { type Chains, chainsOf } from "./chains.ts";
export {
  effectiveSampleSize,
  essBulk,
  essMean,
  essQuantile,
  essSd,
  essTail,
} from "./effective_sample_size.ts";
export { loo, looPit, type LooResult, type PredictiveAccuracy, waic } from "./loo.ts";
export { paretoK, type SmoothedWeights, smoothWeights } from "./psis.ts";
export { rHat, splitRHat } from "./r_hat.ts";
export { mcseMean, mcseQuantile, mcseSd } from "./standard_errors.ts";
export {
  type DrawnChains,
  type NamedDraws,
  Summary,
  summary,
  type SummaryOptions,
  type SummaryRow,
} from "./summary.ts";
