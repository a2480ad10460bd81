import type { EngineName } from "../../lib/compile/mod.ts";
import { vectorLimits } from "../../lib/compile/engine/wasm/limits.ts";
import { findEngine } from "../../lib/tensorflow/engine_folder.ts";

// Small loops are vectors too, so that tests of few numbers are tests of them.
vectorLimits.least = vectorLimits.apart = vectorLimits.product = 0;

/** The engines that compile a graph. */
export const engines = ["onnx", "js", "wasm", "xla"] as const satisfies EngineName[];

/** Whether tests of an engine are skipped: its library is not on this machine. */
export const isAbsent = (engine: EngineName): boolean => engine === "xla" && findEngine() === undefined;

/** The engines that are on this machine. */
export const present = engines.filter((engine) => !isAbsent(engine));
