/** How operations are differentiated, one file a family. @module */
import "./binary.ts";
import "./unary.ts";
import "./shape.ts";
import "./reduce.ts";
import "./products.ts";
import "./call.ts";
import "./scan.ts";
