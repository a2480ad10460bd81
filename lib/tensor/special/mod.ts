/** Special functions, eager and traced, with derivatives of any order. @module */
export { halfLogTwoPi } from "./asymptotic.ts";
export * from "./bessel.ts";
export {
  betainc,
  betaincc,
  betaincinv,
  type BetaSide,
  logBetainc,
  logBetaincc,
  logitBetaincinv,
} from "./betainc.ts";
export * from "./betaln.ts";
export * from "./digamma.ts";
export * from "./erf.ts";
export * from "./erfinv.ts";
export * from "./gamma_correction.ts";
export { gammainc, gammaincc, gammainccinv, gammaincinv, logGammainc, logGammaincc } from "./gammainc.ts";
export * from "./gamma_divergence.ts";
export * from "./itakura_saito.ts";
export * from "./lgamma.ts";
export * from "./log1pmx.ts";
export * from "./log1p_square_ratio.ts";
export * from "./logarithms.ts";
export * from "./logsumexp.ts";
export * from "./multigammaln.ts";
export * from "./normal_cdf.ts";
export * from "./normal_icdf.ts";
export * from "./normal_interval.ts";
export * from "./polygamma.ts";
export * from "./polynomial.ts";
export * from "./sigmoid.ts";
export {
  halfStudentTCdf,
  halfStudentTIcdf,
  logHalfStudentTSurvival,
  logStudentTCdf,
  studentTCdf,
  studentTIcdf,
} from "./student_t.ts";
export * from "./sum_to_shape.ts";
export { CUT as TAIL_CUT, type Places, placesUpTo } from "./tails.ts";
export * from "./xlogy.ts";
