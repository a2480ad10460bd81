import { type Tensor, tf } from "../../tensor/mod.ts";
import { scan } from "../scan.ts";
import { grad } from "./grad.ts";
import { inTrace } from "./in_trace.ts";

/**
 * Returns the Hessian of a scalar function of one tensor, as `jax.hessian`: shape `[...x.shape,
 * ...x.shape]`. Row by row, as a loop that fission turns into one batched computation.
 *
 * @example A Hessian
 * ```ts
 * import { hessian } from "@pyrosaur/pyrosaur/compile";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const curvature = hessian((x: Tensor) => x.square().mul(x).sum());
 * assert.deepEqual(curvature(tf.tensor([1, 2])).arraySync(), [[6, 0], [0, 12]]);
 * ```
 */
export function hessian(fn: (x: Tensor, ...rest: any[]) => Tensor): (x: Tensor, ...rest: any[]) => Tensor {
  return (x, ...rest) =>
    inTrace([x, ...rest], ([at, ...others]) => {
      const point = at as Tensor, n = point.size;
      const rows = tf.eye(n).reshape([n, ...point.shape]);
      const derivative = grad(fn);
      const [, stacked] = scan(
        (carry: null, row: Tensor) => {
          const along = grad((z: Tensor) => tf.sum(tf.mul(derivative(z, ...others), row)));
          return [carry, along(point)] as [null, Tensor];
        },
        null,
        rows,
      );
      return stacked.reshape([...point.shape, ...point.shape]);
    }) as Tensor;
}
