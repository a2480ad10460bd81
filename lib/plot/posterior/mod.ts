/** Figures of draws of a posterior. @module */
export type { ChainDraws, NamedArrays, PosteriorPlotOptions } from "./chain_draws.ts";
export { energyPlot } from "./energy_plot.ts";
export { essPlot } from "./ess_plot.ts";
export { forestPlot, type ForestPlotOptions, type Posterior } from "./forest_plot.ts";
export { pairPlot } from "./pair_plot.ts";
export { predictivePlot, type PredictivePlotOptions } from "./predictive_plot.ts";
export { tracePlot } from "./trace_plot.ts";
