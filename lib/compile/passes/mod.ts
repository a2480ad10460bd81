/** Rewriting graphs into equal ones that run faster. @module */
export { type Fission, optimise, simplify, splitLoops } from "./optimise.ts";
export { splitSteady } from "./split_steady.ts";
