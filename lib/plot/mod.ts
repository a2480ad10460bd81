/** Figures as values (Vega-Lite, drawn as SVG without a browser) and tables for display. @module */
export * from "./figure.ts";
export type { VegaLiteSpec } from "./render.ts";
export type { Group, Mark, MarkOptions, Values } from "./encode.ts";
export * from "./marks.ts";
export * from "./distribution_marks.ts";
export { type AxisOptions, chart, type ChartOptions, type FacetOptions, facets } from "./chart.ts";
export * from "./image_grid.ts";
export * from "./piano_roll.ts";
export * from "./posterior/mod.ts";
export { noteName, noteNumber } from "./notes.ts";
export * from "./training_curve.ts";
export * from "./table.ts";
