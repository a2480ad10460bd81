/**
 * The probabilistic language: named random choices in plain functions, and handlers that give them
 * a meaning.
 * @module
 */
export { sample, type SampleOptions } from "./sample.ts";
export { factor } from "./factor.ts";
export { param, type ParamInit, type ParamOptions } from "./param.ts";
export { activePlates, cutFrom, Plate, plate, type PlateOptions } from "./plate.ts";
export { subsample } from "./subsample.ts";
export { lengthIfKnown, lengthValue, Subsample } from "./subsample_indices.ts";
export { deterministic } from "./deterministic.ts";
export { prngKey } from "./prng_key.ts";
export { module, type Net } from "./module.ts";
export { randomModule } from "./random_module.ts";
export { scan, type ScanOptions } from "./scan/scan.ts";
export { Stacked } from "./scan/stacked.ts";
export { trace, type Traceable } from "./handlers/trace.ts";
export { seed } from "./handlers/seed.ts";
export { replay, type ReplayOptions } from "./handlers/replay.ts";
export { block, type BlockOptions } from "./handlers/block.ts";
export { substitute, type SubstituteOptions } from "./handlers/substitute.ts";
export { condition } from "./handlers/condition.ts";
export { uncondition } from "./handlers/uncondition.ts";
export { do_, intervene } from "./handlers/do.ts";
export { mask } from "./handlers/mask.ts";
export { scale } from "./handlers/scale.ts";
export { lift, type Prior } from "./handlers/lift.ts";
export { scope, type ScopeOptions } from "./handlers/scope.ts";
export { type InferConfig, inferConfig } from "./handlers/infer_config.ts";
export { configEnumerate, type ConfigEnumerateOptions } from "./enum/config_enumerate.ts";
export { enumerate, type EnumerateOptions } from "./enum/enumerate.ts";
export { markov, type MarkovOptions } from "./enum/markov.ts";
export { type VectorIndex, vindex } from "./enum/vindex.ts";
export { enumeratedDensity } from "./enum/density.ts";
export type { EnumeratedLoop } from "./enum/loop.ts";
export type { EnumeratedSite } from "./enum/enumerated_site.ts";
export type { DiscreteSite, Variable } from "./enum/variable.ts";
export { type DeterministicSite, type ParamSite, type PlateSite, type Site, Trace } from "./trace.ts";
export { SampleSite } from "./sample_site.ts";
export { formatShapes, type FormatShapesOptions } from "./format_shapes.ts";
export { ModelGraph, renderModel } from "./render/render_model.ts";
export type { RenderOptions } from "./render/dot.ts";
export type { Box, RelatedSite } from "./render/relations.ts";
export { checkSize } from "./check_size.ts";
export { checkShapes } from "./check_shapes.ts";
export { firstAvailableDim, freeDim, maxPlateNesting, nestingOf } from "./dims.ts";
export { dryRun } from "./dry_run.ts";
export { logDensity } from "./log_density.ts";
export type { Handler, Hooks } from "./handler.ts";
export { handler, type HandlerForms } from "./forms.ts";
export type { NamedValues } from "./named_values.ts";
export type * from "./message.ts";
export type { PlateFrame } from "./plate_frame.ts";
export { activeHandlers, around, enter, isolated, send } from "./runtime.ts";
export type { AnyFunction, Context } from "./runtime.ts";
