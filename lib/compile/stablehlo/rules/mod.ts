/** How operations are written in StableHLO. @module */
import "./elementwise.ts";
import "./shape.ts";
import "./reductions.ts";
import "./products.ts";
import "./indexing.ts";
import "./scan.ts";

export { rules } from "./rule.ts";
