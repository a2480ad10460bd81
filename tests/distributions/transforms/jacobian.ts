/** Jacobians of compiled functions, by as many gradients as there are entries. */
import { compile, grad } from "../../../lib/compile/mod.ts";
import type { Transform } from "../../../lib/distributions/mod.ts";
import { type HostArray, sizeOf, type Tensor } from "../../../lib/tensor/mod.ts";
import { logDet } from "./log_det.ts";

/** The results of a transform at one element, compiled in float64. */
export interface Examined {
  readonly y: HostArray;
  /** What came back of x by an instance that did not make y; undefined without an inverse. */
  readonly x: HostArray | undefined;
  readonly logDet: number;
  /** log |det| of the Jacobian of the compiled function, in chosen entries of y. */
  readonly expected: number;
}

/**
 * Runs a transform of one element and its inverse, and compares its log-determinant.
 * @param free the entries of y that the others follow from (default: all)
 */
export async function examined(
  make: (tensors: Tensor[]) => Transform,
  x: HostArray,
  { parameters = [], free, isInvertible = true, isSurface = false, engine = "js" }: {
    parameters?: HostArray[];
    free?: readonly number[];
    isInvertible?: boolean;
    /** True to measure volumes on the surface that y lies on: half the log-determinant of J'J. */
    isSurface?: boolean;
    engine?: "js" | "onnx";
  } = {},
): Promise<Examined> {
  const run = compile((v: Tensor, ...tensors: Tensor[]) => {
    const transform = make(tensors), y = transform.forward(v);
    const places = free ?? Array.from({ length: sizeOf(y.shape) }, (_, i) => i);
    const entry = (at: number) => (u: Tensor): Tensor =>
      make(tensors).forward(u).flatten().slice(at, 1).sum();
    return {
      y,
      logDet: transform.logAbsDetJacobian(v, y).sum() as Tensor,
      rows: places.map((at) => grad(entry(at))(v).flatten()),
      ...(isInvertible ? { x: make(tensors).inverse(y) } : {}),
    };
  }, { dtype: "float64", engine });
  const found: any = await run.arrays(x, ...parameters);
  await run.release();
  const jacobian: number[][] = found.rows.map((row: HostArray) => [...row.data]);
  const columns = jacobian[0].map((_, i) => jacobian.map((row) => row[i]));
  const product = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i], 0);
  return {
    y: found.y,
    x: found.x,
    logDet: found.logDet.data[0],
    expected: isSurface
      ? logDet(columns.map((a) => columns.map((b) => product(a, b)))) / 2
      : logDet(jacobian),
  };
}
