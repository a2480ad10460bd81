/** Rules that turn tfjs's kernels into operations, one file a family. @module */
import "./elementwise.ts";
import "./atan2.ts";
import "./shape.ts";
import "./reductions.ts";
import "./products.ts";
import "./linalg.ts";
import "./indexing.ts";
import "./without_counterpart.ts";

export { registerTraced, tracedKernels } from "./register.ts";
