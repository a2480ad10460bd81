/** Rules that plan operations as JavaScript, one file a family. @module */
import "./elementwise.ts";
import "./shape.ts";
import "./reductions.ts";
import "./products.ts";
import "./linalg.ts";
import "./indexing.ts";
import "./scan.ts";

export { rules } from "../planner.ts";
