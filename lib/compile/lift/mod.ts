/** Nodes of a body over all its steps at once: for `vmap` and fission. @module */
import "./lift_call.ts";
import "./lift_loop.ts";

export { cloneNode } from "./clone.ts";
export { isOutside, liftGraph, liftNode } from "./lift_node.ts";
