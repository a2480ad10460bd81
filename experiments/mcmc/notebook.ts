/**
 * The parts that the experiment, its notebook and the reference values share.
 *
 * @module
 */
export { funnelFigure } from "./funnel/figures.ts";
export { formOf as funnelForm } from "./funnel/forms.ts";
export { exact as exactMixture } from "./mixture/exact.ts";
export { locationsFigure } from "./mixture/figures.ts";
export { ordered, POINTS, unordered } from "./mixture/model.ts";
export { pairsAndTriples } from "./mixture/part.ts";
export { marginalsFigure } from "./ruggedness/figures.ts";
export { neckFigure } from "./schools/figures.ts";
export { nonCentred, schools } from "./schools/model.ts";
export { volatilityFigure } from "./volatility/figures.ts";
export { stochasticVolatility } from "./volatility/model.ts";
export { ether, simulate, TRUTH } from "./volatility/series.ts";
