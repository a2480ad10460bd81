import * as L from "../../ops/linalg.ts";
import { float, float32, registerTraced } from "./register.ts";

// Factorisations, which tfjs has no kernels for: what lib/tensor/linalg calls in a trace.

registerTraced("Cholesky", ({ x }) => L.cholesky(float(x)), float32);
registerTraced(
  "TriangularSolve",
  ({ x, b }, { lower, transpose }) => L.triangularSolve(float(x), float(b), { lower, transpose }),
  float32,
);
