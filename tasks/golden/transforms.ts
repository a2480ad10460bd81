import { transformByName } from "./distribution_by_name.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

/**
 * `transforms.json`: `transform`, `x`, `y`, `log_abs_det_jacobian`; the inverse must lead back to
 * `x` as well.
 */
export default async function* transforms(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { transform: name, x, y, log_abs_det_jacobian } of file.cases) {
    const transform = transformByName(name);
    if (!transform) {
      yield { case: name, unsupported: name };
      continue;
    }
    const expected: Record<string, unknown> = { y };
    if (log_abs_det_jacobian !== undefined) expected.log_abs_det_jacobian = log_abs_det_jacobian;
    const fn = (v: Tensor) => {
      const w = transform.forward(v);
      return {
        y: w,
        ...(log_abs_det_jacobian === undefined
          ? {}
          : { log_abs_det_jacobian: transform.logAbsDetJacobian(v, w) }),
      };
    };
    yield { case: name, ...await bothPrecisions(fn, [array(x)], expected) };
  }
}
