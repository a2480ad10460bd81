import type { EngineName } from "../../lib/compile/mod.ts";
import { findEngine } from "../../lib/tensorflow/engine_folder.ts";

/** The engines that compile a graph. */
export const engines = ["onnx", "js", "xla"] as const satisfies EngineName[];

/** Whether tests of an engine are skipped: its library is not on this machine. */
export const isAbsent = (engine: EngineName): boolean => engine === "xla" && findEngine() === undefined;

/** The engines that are on this machine. */
export const present = engines.filter((engine) => !isAbsent(engine));
