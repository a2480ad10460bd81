/** Figures as values (Vega-Lite, drawn as SVG without a browser) and tables for display. @module */
export { Figure, figure, type MimeBundle } from "./figure.ts";
export type { VegaLiteSpec } from "./render.ts";
export type { Group, Mark, MarkOptions, Values } from "./encode.ts";
export { band, intervals, line, points, reference } from "./marks.ts";
export { density, ellipses, histogram } from "./distribution_marks.ts";
export { type AxisOptions, chart, type ChartOptions, type FacetOptions, facets } from "./chart.ts";
export { pianoRoll, type PianoRollOptions, type Roll } from "./piano_roll.ts";
export { noteName, noteNumber } from "./notes.ts";
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
