/** Rules that differentiate operations, one file a family. @module */
import "./elementwise.ts";
import "./shape.ts";
import "./reductions.ts";
import "./products.ts";
import "./linalg.ts";
import "./indexing.ts";
import "./call.ts";
import "./scan.ts";

export { rules } from "../backprop.ts";
