/** Stein variational inference: particles that repel each other. @module */
export { ASVGD, type ASVGDOptions } from "./asvgd.ts";
export * from "./kernels/mod.ts";
export { mixtureGuide } from "./mixture_guide.ts";
export { type SteinOptions, type SteinResult, SteinVI } from "./stein_vi.ts";
export { SVGD, type SVGDOptions, type SVGDResult } from "./svgd.ts";
