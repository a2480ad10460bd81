/** The engine that runs graphs in XLA. @module */
export { xlaEngine } from "./engine.ts";
