/** Rules that write operations in ONNX, one file a family. @module */
import "./elementwise.ts";
import "./whole_numbers.ts";
import "./composed.ts";
import "./itakura_saito.ts";
import "./shape.ts";
import "./reductions.ts";
import "./products.ts";
import "./indexing.ts";
import "./scan.ts";

export { rules } from "../writer.ts";
