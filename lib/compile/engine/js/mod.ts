/** Graphs as generated JavaScript. @module */
export { type Generated, generate, jsEngine } from "./engine.ts";
