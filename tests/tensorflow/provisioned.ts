import { findEngine } from "../../lib/tensorflow/mod.ts";

/** Whether TensorFlow is on this machine; tests that run it are skipped where it is not. */
export const isProvisioned = findEngine() !== undefined;
