/** Figures as values (Vega-Lite, drawn as SVG without a browser) and tables for display. @module */
export { Figure, figure, type MimeBundle, type VegaLiteSpec } from "./figure.ts";
export {
  band,
  density,
  ellipses,
  type Group,
  histogram,
  intervals,
  line,
  type Mark,
  type MarkOptions,
  points,
  reference,
  type Values,
} from "./marks.ts";
export { type AxisOptions, chart, type ChartOptions, type FacetOptions, facets } from "./chart.ts";
export { trainingCurve } from "./training_curve.ts";
export {
  escapeHtml,
  formatCell,
  formatTable,
  htmlTable,
  markdownTable,
  showTable,
  type TableOptions,
  TableView,
} from "./table.ts";
