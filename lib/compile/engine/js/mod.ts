/** Graphs as generated JavaScript. @module */
export { generate, type Generated, jsEngine } from "./engine.ts";
