/** Sequential Monte Carlo. @module */
export {
  SMCFilter,
  type SMCFilterOptions,
  type StateSpaceGuide,
  type StateSpaceModel,
} from "./smc_filter.ts";
export { SMCResult } from "./result.ts";
