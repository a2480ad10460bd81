/**
 * The parts that the experiment, its notebook and the reference values share.
 *
 * @module
 */
export { drawChains, findingsOf } from "./chains.ts";
export { funnelFigure } from "./funnel/figures.ts";
export { formOf as funnelForm } from "./funnel/forms.ts";
export { funnel } from "./funnel/model.ts";
export { exact as exactMixture } from "./mixture/exact.ts";
export { locationsFigure } from "./mixture/figures.ts";
export { ordered, POINTS, unordered } from "./mixture/model.ts";
export { marginalsFigure } from "./ruggedness/figures.ts";
export { effectsFigure, neckFigure } from "./schools/figures.ts";
export { centred, nonCentred, schools } from "./schools/model.ts";
export { volatilityFigure } from "./volatility/figures.ts";
export { stochasticVolatility } from "./volatility/model.ts";
export { ether, simulate } from "./volatility/series.ts";
