/** What each tfjs kernel becomes in a graph. @module */
import "./elementwise.ts";
import "./shape.ts";
import "./reductions.ts";
import "./products.ts";
import "./indexing.ts";
import "./einsum.ts";
import "./without_counterpart.ts";

export { registerTraced, tracedKernels } from "./register.ts";
