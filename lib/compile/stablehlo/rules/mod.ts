/** How operations are written in StableHLO. @module */
import "./elementwise.ts";
import "./shape.ts";
import "./products.ts";
import "./index.ts";
import "./scan.ts";

export { type Rule, rules } from "./rule.ts";
