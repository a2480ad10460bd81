import { bijectTo, type Constraint, constraints } from "../../lib/distributions/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

/** Returns the constraint of a name such as `simplex` or `zeroSum(2)`; undefined for none. */
export function constraintByName(name: string): Constraint | undefined {
  const axes = /^zeroSum\((\d+)\)$/.exec(name)?.[1];
  const found = (constraints as Record<string, unknown>)[name];
  return axes
    ? constraints.zeroSum(Number(axes))
    : found instanceof constraints.Constraint
    ? found
    : undefined;
}

/** `constraints.json`: `constraint`, and its bijection's `x`, `y`, `log_abs_det_jacobian`. */
export default async function* bijections(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { constraint: name, x, y, log_abs_det_jacobian } of file.cases) {
    const constraint = constraintByName(name);
    if (!constraint) {
      yield { case: name, unsupported: name };
      continue;
    }
    const fn = (v: Tensor) => {
      const transform = bijectTo(constraint), w = transform.forward(v);
      return { y: w, log_abs_det_jacobian: transform.logAbsDetJacobian(v, w) };
    };
    yield { case: name, ...await bothPrecisions(fn, [array(x)], { y, log_abs_det_jacobian }) };
  }
}
