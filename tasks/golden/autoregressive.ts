import { grad } from "../../lib/compile/mod.ts";
import { AffineAutoregressive } from "../../lib/distributions/mod.ts";
import { made, type MadeParams } from "../../lib/nn/mod.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";
import { array, bothPrecisions, filled, type GoldenFile, type Outcome } from "./reader.ts";

/** The `rule` of files whose weights are computed here. */
const RULE = "weights 0.8 * sin(i + 1 + c), tensor c in order";

const weightOf = (shape: number[], c: number): HostArray => filled(shape, (i) => 0.8 * Math.sin(i + 1 + c));

/** Returns the parameters with PyTorch's names: `layers.0.weight` is `layers[0].weight`. */
export function namedMade(names: readonly string[], tensors: readonly Tensor[]): MadeParams {
  const params: MadeParams = { layers: [] };
  names.forEach((name, i) => {
    const [, layer, kind] = name.match(/^layers\.(\d+)\.(weight|bias)$/)!;
    Object.assign(params.layers[Number(layer)] ??= {} as MadeParams["layers"][0], { [kind]: tensors[i] });
  });
  return params;
}

/**
 * `autoregressive.json`: the masks of a network and one inverse autoregressive flow with it: `y`,
 * its log-determinants, and the gradient of their sum and that of y squared. The inverse must lead
 * back to `x` as well.
 */
export default async function* autoregressive(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { dim, hidden, permutation, stable, masks, tensors, x, y, ...expected } of file.cases) {
    const name = `dim ${dim} hidden [${hidden}] permutation [${permutation}]${stable ? " stable" : ""}`;
    if (file.rule !== RULE) {
      yield { case: name, unsupported: `weights by the rule "${file.rule}"` };
      continue;
    }
    const network = made(dim, hidden, { permutation });
    const ours = network.masks.layers, wanted = (masks as unknown[]).map(array);
    const same = ours.length === wanted.length &&
      wanted.every(({ data }, i) =>
        data.length === ours[i].data.length && data.every((entry, k) => entry === ours[i].data[k])
      );
    yield { case: `${name} masks`, float32: same ? 0 : Infinity, float64: same ? 0 : Infinity };

    const names = (tensors as [string, number[]][]).map(([tensor]) => tensor);
    const flow = (weights: Tensor[]) => {
      const params = namedMade(names, weights);
      return new AffineAutoregressive((v) => network.apply(params, v), { stable, permutation });
    };
    const fn = (v: Tensor, w: Tensor, ...weights: Tensor[]) => {
      const transform = flow(weights), result = transform.forward(v);
      const objective = (u: Tensor): Tensor => {
        const t = flow(weights), image = t.forward(u);
        return t.logAbsDetJacobian(u, image).sum().add(image.square().sum());
      };
      return {
        y: result,
        log_abs_det_jacobian: transform.logAbsDetJacobian(v, result),
        grad_x_of_sum_ld_plus_sum_y2: grad(objective)(v),
        x: transform.inverse(w),
      };
    };
    const weights = (tensors as [string, number[]][]).map(([, shape], c) => weightOf(shape, c));
    yield {
      case: name,
      ...await bothPrecisions(fn, [array(x), array(y), ...weights], { ...expected, x, y }),
    };
  }
}
