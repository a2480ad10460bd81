import { inferDiscrete } from "@pyrosaur/pyrosaur/infer";
import { substitute } from "@pyrosaur/pyrosaur/ppl";
import {
  type HostArray,
  isHostArray,
  type Key,
  mapTree,
  type Tensor,
  tf,
  toTensor,
} from "@pyrosaur/pyrosaur/tensor";
import { type Globals, mixture } from "./points.ts";

/** Values of the sites that all points share, as tensors or arrays. */
export type GlobalValues = Readonly<Record<keyof Globals, Tensor | HostArray>>;

/** Returns the values as tensors. */
export const tensorsOf = (values: GlobalValues): Globals => mapTree(values, isHostArray, toTensor) as Globals;

/**
 * Returns a function that says to which component points belong: the most probable one, or with a
 * key one drawn from the posterior.
 */
export function classifier(values: GlobalValues, key?: Key): (points: Tensor) => Tensor {
  const given = substitute(mixture, { data: tensorsOf(values) });
  return inferDiscrete(given, key ? { temperature: 1, key } : { temperature: 0 });
}

/** Returns the exact posterior probabilities of the components of points: [n, components]. */
export function probabilities(values: GlobalValues, points: Tensor): Tensor {
  const { weights, scale, locs } = tensorsOf(values);
  const distance = points.expandDims(-1).sub(locs).div(scale);
  return tf.softmax(weights.log().sub(distance.square().div(2)));
}

/** Returns the density of points under the mixture, by component: [n, components]. */
export function densities(values: GlobalValues, points: Tensor): Tensor {
  const { weights, scale, locs } = tensorsOf(values);
  const distance = points.expandDims(-1).sub(locs).div(scale);
  return distance.square().div(-2).exp().mul(weights).div(scale.mul(Math.sqrt(2 * Math.PI)));
}
