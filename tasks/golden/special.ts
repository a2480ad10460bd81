import { grad } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import * as special from "../../lib/tensor/special/mod.ts";
import { array, bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

const functions: Record<string, (x: Tensor) => Tensor> = {
  lgamma: special.lgamma,
  digamma: special.digamma,
  erf: special.erf,
  erfinv: special.erfinv,
  log1mexp: special.log1mexp,
  "log1p_exp(softplus)": special.softplus,
};

/** `special.json`: `fn`, `x`, `y`, and the derivative `dy` where it is given. */
export default async function* special_(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { fn, x, y, dy } of file.cases) {
    const f = functions[fn];
    if (!f) yield { case: fn, unsupported: fn };
    else {
      const both = (v: Tensor): Record<string, Tensor> =>
        dy ? { y: f(v), dy: grad((u: Tensor) => tf.sum(f(u)))(v) } : { y: f(v) };
      yield { case: fn, ...await bothPrecisions(both, [array(x)], dy ? { y, dy } : { y }) };
    }
  }
}
